// The restore drill of docs/operations.md, with the commands that stand there: a backup is taken while jobs run, and what
// is restored from it is whole.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Client } from './support/client.mjs';
import { freshSeed, submitTryOn, uploadPair } from './support/journey.mjs';
import { binary, root, tempFolder, until } from './support/processes.mjs';
import { embeddedOnly } from './support/scaled.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const missing = ['sqlite3', 'rsync'].find((tool) => spawnSync(tool, ['--version']).error);
const skip = embeddedOnly || (missing ? `needs ${missing}: apt-get install ${missing}` : false);

/** The two blocks of commands in "Data and backups": how to take one, how to put it back. */
const page = fs.readFileSync(path.join(root, 'docs/operations.md'), 'utf8');
const [takeOne, putBack] = [...page.split('\n## Data and backups\n')[1].split('\n## ')[0].matchAll(/```bash\n(.*?)```/gs)].map((m) => m[1]);

/** As an operator would type it, in a folder that has `atelier-data`. */
function type(commands, cwd) {
  const tools = tempFolder('bin');
  fs.symlinkSync(binary, path.join(tools, 'atelier'));
  return execFileSync('bash', ['-euo', 'pipefail', '-c', commands], { cwd, encoding: 'utf8', env: { ...process.env, PATH: `${tools}:${process.env.PATH}` } });
}

test('a backup of a running service brings back accounts, pictures and jobs', { skip }, async () => {
  const emulator = await startEmulator();
  const [place, elsewhere] = [tempFolder('place'), tempFolder('elsewhere')];
  const first = await startServe({ emulator, dataDir: path.join(place, 'atelier-data') });
  const client = await register(first);
  const pair = await uploadPair(client);
  const done = await submitTryOn(client, pair, { seed: freshSeed() });
  await client.finished(done.jobId);
  await emulator.change({ latencyMs: 4_000 });
  const running = await submitTryOn(client, pair, { seed: freshSeed() });
  await until(async () => (await client.read(`/jobs/${running.jobId}`)).status === 'generating', { what: 'a job at the provider' });
  const picture = await client.picture(pair.model.url);

  type(takeOne, place);
  await first.kill();
  fs.cpSync(path.join(place, 'backup'), path.join(elsewhere, 'backup'), { recursive: true });
  fs.rmSync(place, { recursive: true });

  type(putBack, elsewhere);
  const second = await startServe({ emulator, dataDir: path.join(elsewhere, 'atelier-data') });
  const again = new Client(second.url, { token: client.token });
  const model = await again.read(`/models/${pair.model.id}`);
  assert.ok((await again.picture(model.url)).equals(picture));
  assert.equal((await again.read(`/jobs/${done.jobId}`)).status, 'succeeded');
  assert.equal((await again.finished(running.jobId)).status, 'succeeded');
  for (const [seed, submits] of await emulator.submitsBySeed()) assert.equal(submits, 1, `seed ${seed} was paid for twice`);
  assert.equal((await runOn(second, ['audit', 'credits'])).code, 0);
  await second.stop();
  await emulator.stop();
});
