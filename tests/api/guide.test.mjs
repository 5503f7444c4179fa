// docs/api-guide.md, run as a reader would run it: every block marked `bash test`, in order, in one shell.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { garment, person } from './support/pictures.mjs';
import { root, tempFolder } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell } from './support/users.mjs';

const run = promisify(execFile);
const guide = fs.readFileSync(path.join(root, 'docs/api-guide.md'), 'utf8');
const blocks = [...guide.matchAll(/^```bash test\n([\s\S]*?)^```/gm)].map((match) => match[1]);

async function missing(program) {
  return run(program, ['--version']).then(() => undefined, () => program);
}

test('the API guide works as written', async (t) => {
  const absent = (await missing('jq')) ?? (await missing('curl'));
  if (absent) return t.skip(`needs ${absent}: not installed`);
  const emulator = await startEmulator();
  const serve = await startServe({ emulator });
  try {
    const cwd = tempFolder('guide');
    fs.writeFileSync(path.join(cwd, 'me.jpg'), await person());
    fs.writeFileSync(path.join(cwd, 'shirt.jpg'), await garment());
    const admin = await createFromShell(serve, { role: 'admin' });
    const env = { PATH: process.env.PATH, HOME: cwd, API: serve.url, ADMIN_EMAIL: admin.user.email, ADMIN_PASSWORD: admin.password };
    const shell = run('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], { cwd, env });
    const { stdout } = await shell.catch((error) => assert.fail(`${error.stdout}\n${error.stderr}`));
    assert.ok(blocks.length >= 5, 'the guide has blocks');
    assert.match(stdout, /"status": "succeeded"/);
    assert.match(stdout, /event: end/);
    assert.match(stdout, /"validation_failed"/);
    for (const file of ['mask.png', 'result.jpg']) assert.ok((await sharp(path.join(cwd, file)).metadata()).width > 0);
  } finally {
    await serve.stop();
    await emulator.stop();
  }
});
