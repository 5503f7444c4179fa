// The restore drills of docs/operations.md, with the commands that stand there: a backup is taken while jobs run, and what
// is restored from it is whole.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Client } from './support/client.mjs';
import { freshSeed, submitTryOn, uploadPair } from './support/journey.mjs';
import { binary, root, tempFolder, until } from './support/processes.mjs';
import { embeddedOnly, makeStores, missingServers } from './support/scaled.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const missingOf = (tools) => tools.find((tool) => spawnSync(tool, ['--version']).error);
const missing = missingOf(['sqlite3', 'rsync']);
const skip = embeddedOnly || (missing ? `needs ${missing}: apt-get install ${missing}` : false);
const missingForMongo = missingOf(['mongodump', 'mongorestore', 'redis-cli']);
const skipMongo = missingServers() || (missingForMongo ? `needs ${missingForMongo}: MongoDB Database Tools, not in Debian` : false);

/** The blocks of commands in "Data and backups": how to take one, how to put it back; the same scaled out. */
const page = fs.readFileSync(path.join(root, 'docs/operations.md'), 'utf8');
const [takeOne, putBack, takeScaledOut, putBackScaledOut] = [...page.split('\n## Data and backups\n')[1].split('\n## ')[0].matchAll(/```bash\n(.*?)```/gs)].map((m) => m[1]);

/** As an operator would type it, in a folder that has `atelier-data`. */
function type(commands, cwd, env = {}) {
  const tools = tempFolder('bin');
  fs.symlinkSync(binary, path.join(tools, 'atelier'));
  return execFileSync('bash', ['-euo', 'pipefail', '-c', commands], { cwd, encoding: 'utf8', env: { ...process.env, ...env, PATH: `${tools}:${process.env.PATH}` } });
}

/** A job that has ended, and one that the provider is at work on. */
async function twoJobs(client, emulator) {
  const pair = await uploadPair(client);
  const done = await submitTryOn(client, pair, { seed: freshSeed() });
  await client.finished(done.jobId);
  await emulator.change({ latencyMs: 4_000 });
  const running = await submitTryOn(client, pair, { seed: freshSeed() });
  await until(async () => (await client.read(`/jobs/${running.jobId}`)).status === 'generating', { what: 'a job at the provider' });
  return { pair, done, running, picture: await client.picture(pair.model.url) };
}

/** What was there before is there again, and the job that ran ends, its task paid for once. */
async function isWhole(serve, token, emulator, { pair, done, running, picture }) {
  const client = new Client(serve.url, { token });
  const model = await client.read(`/models/${pair.model.id}`);
  assert.ok((await client.picture(model.url)).equals(picture));
  assert.equal((await client.read(`/jobs/${done.jobId}`)).status, 'succeeded');
  assert.equal((await client.finished(running.jobId)).status, 'succeeded');
  for (const [seed, submits] of await emulator.submitsBySeed()) assert.equal(submits, 1, `seed ${seed} was paid for twice`);
  assert.equal((await runOn(serve, ['audit', 'credits'])).code, 0);
}

test('a backup of a running service brings back accounts, pictures and jobs', { skip }, async () => {
  const emulator = await startEmulator();
  const [place, elsewhere] = [tempFolder('place'), tempFolder('elsewhere')];
  const first = await startServe({ emulator, dataDir: path.join(place, 'atelier-data') });
  const client = await register(first);
  const before = await twoJobs(client, emulator);

  type(takeOne, place);
  await first.kill();
  fs.cpSync(path.join(place, 'backup'), path.join(elsewhere, 'backup'), { recursive: true });
  fs.rmSync(place, { recursive: true });

  type(putBack, elsewhere);
  const second = await startServe({ emulator, dataDir: path.join(elsewhere, 'atelier-data') });
  await isWhole(second, client.token, emulator, before);
  await second.stop();
  await emulator.stop();
});

test('a backup of MongoDB brings back accounts and jobs, and Redis needs none', { skip: skipMongo }, async () => {
  const emulator = await startEmulator();
  const [place, env] = [tempFolder('place'), await makeStores()];
  const first = await startServe({ emulator, env });
  const client = await register(first);
  const before = await twoJobs(client, emulator);

  type(takeScaledOut, place, env);
  const late = await register(first);
  await first.kill();

  type(putBackScaledOut, place, env);
  const second = await startServe({ emulator, env });
  await isWhole(second, client.token, emulator, before);
  const forgotten = await new Client(second.url, { token: late.token }).get('/auth/me');
  assert.equal(forgotten.status, 401, 'what came after the backup is lost');
  await second.stop();
  await emulator.stop();
});
