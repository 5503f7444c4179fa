// `atelier audit credits` finds what was changed behind the service's back.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { freshSeed, submitModel } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { tempFolder } from './support/processes.mjs';
import { embeddedOnly } from './support/scaled.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const skip = embeddedOnly || (spawnSync('sqlite3', ['--version']).error ? 'needs sqlite3: apt-get install sqlite3' : false);
let emulator, serve, user, job;

before(async () => {
  if (skip) return;
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { SIGNUP_CREDITS: '20' } });
  const client = await register(serve);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_output' });
  job = (await client.finished((await submitModel(client, { numSamples: 2, seed: freshSeed() })).id)).id;
  await untilNothingHeld(client);
  await assertBooksBalance(client, 20);
  user = client.user.id;
  await serve.stop();
});
after(() => emulator?.stop());

const hex = (id) => `x'${id.replaceAll('-', '')}'`;

/** What the audit says of a copy of the store on which `sql` was run. */
async function auditAfter(sql) {
  const folder = tempFolder('damaged');
  for (const name of fs.readdirSync(serve.dataDir).filter((one) => one.startsWith('atelier.db')))
    fs.copyFileSync(path.join(serve.dataDir, name), path.join(folder, name));
  execFileSync('sqlite3', [path.join(folder, 'atelier.db'), sql]);
  return runOn(serve, ['audit', 'credits'], { env: { ATELIER_DATA_DIR: folder } });
}

test('an untouched store is in order', { skip }, async () => {
  const { code, out } = await auditAfter('');
  assert.equal(code, 0, out);
  assert.match(out, /1 users, 1 jobs, 0 do not add up/);
});

const stranger = crypto.randomUUID();
const DAMAGES = {
  'a user whose row is gone': () => [`DELETE FROM users WHERE id=${hex(user)}`, user],
  'a hold line that is gone': () => [`DELETE FROM usage_logs WHERE kind='hold'`, job],
  'a release line that is gone': () => [`DELETE FROM usage_logs WHERE kind='release'`, job],
  'a settle line that is gone': () => [`DELETE FROM usage_logs WHERE kind='settle'`, job],
  'a hold for no job': () => [`UPDATE users SET credits_left=credits_left-3, holds='{"${stranger}":3}'`, stranger],
  'a settlement of no job': () => [
    `UPDATE users SET credits_left=credits_left-3;
     INSERT INTO usage_logs SELECT randomblob(16), user_id, action, kind, 3, ${hex(stranger)},
       json_set(doc, '$.creditsUsed', 3, '$.jobId', '${stranger}') FROM usage_logs WHERE kind='settle'`, stranger],
  'a job that says another charge': () => [`UPDATE jobs SET doc=json_set(doc, '$.creditsUsed', 1)`, job],
  'a line that reads otherwise than it counts': () => [
    `UPDATE usage_logs SET doc=json_set(doc, '$.creditsUsed', 1) WHERE kind='settle'`, job],
  'a grant that reads otherwise than it counts': () => [
    `UPDATE usage_logs SET doc=json_set(doc, '$.creditsUsed', 1) WHERE kind='grant'`, user],
};
for (const [name, damage] of Object.entries(DAMAGES)) {
  test(name, { skip }, async () => {
    const [sql, named] = damage();
    const { code, out } = await auditAfter(sql);
    assert.equal(code, 1, out);
    assert.ok(out.split('\n').some((line) => line.includes(named)), out);
    assert.doesNotMatch(out, / 0 do not add up/);
  });
}
