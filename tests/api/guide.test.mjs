// docs/api-guide.md does what it says: its blocks marked "bash test" run as one script, in a folder of their own.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as pictures from './support/pictures.mjs';
import { root, tempFolder } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';

const missing = ['curl', 'jq', 'bash'].find((tool) => spawnSync(tool, ['--version']).error);

test('the guide leads from register to picture', { skip: missing && `needs ${missing}: the guide uses it` }, async (t) => {
  const guide = fs.readFileSync(path.join(root, 'docs/api-guide.md'), 'utf8');
  const blocks = [...guide.matchAll(/^```bash test\n(.*?)^```$/gms)].map((match) => match[1]);
  assert.ok(blocks.length > 5);

  const emulator = await startEmulator();
  t.after(() => emulator.stop());
  const serve = await startServe({ emulator });
  t.after(() => serve.stop());
  const cwd = tempFolder('guide');
  fs.writeFileSync(path.join(cwd, 'me.jpg'), await pictures.person());
  fs.writeFileSync(path.join(cwd, 'shirt.jpg'), await pictures.garment());

  const script = ['set -euo pipefail', ...blocks].join('\n');
  const run = await runBash(script, { cwd, env: { PATH: process.env.PATH, API: serve.url } });
  assert.equal(run.code, 0, run.output);
  const job = JSON.parse(fs.readFileSync(path.join(cwd, 'job.json'), 'utf8'));
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  assert.deepEqual([...fs.readFileSync(path.join(cwd, 'result.jpg')).subarray(0, 2)], [0xff, 0xd8]);
  assert.match(run.output, /event: end/);
  assert.match(run.output, /"code": "validation_failed"/);
});

async function runBash(script, options) {
  const child = spawn('bash', ['-c', script], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, output };
}
