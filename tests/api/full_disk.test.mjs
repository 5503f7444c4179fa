import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { submitModel } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { person } from './support/pictures.mjs';
import { tempFolder, until } from './support/processes.mjs';
import { embeddedOnly } from './support/scaled.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { freshCredentials, register } from './support/users.mjs';

const DISK_MIB = 24;
let emulator, serve, disk, reason;

before(async () => {
  reason = embeddedOnly;
  if (reason) return;
  disk = tempFolder('disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk], { stdio: 'pipe' });
  } catch (error) {
    reason = `needs mount: ${String(error.stderr ?? error).trim().split('\n')[0]}`;
    return;
  }
  process.on('exit', unmount);
  emulator = await startEmulator();
  serve = await startServe({ emulator, dataDir: path.join(disk, 'data') });
});
after(async () => {
  await serve?.kill();
  await emulator?.stop();
  unmount();
});

function unmount() {
  if (!disk || reason) return;
  execFileSync('umount', ['--lazy', disk], { stdio: 'ignore' });
  disk = undefined;
}

const filler = () => path.join(disk, 'filler');

/** Writes until nothing more fits. */
function fillDisk() {
  const file = fs.openSync(filler(), 'a');
  for (let piece = 1 << 20; piece >= 512; piece >>= 1) {
    try {
      for (;;) fs.writeSync(file, Buffer.alloc(piece));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
  }
  fs.closeSync(file);
}

test('a full disk: writes are refused with 503, reads go on, and all is well when there is room again', async (t) => {
  if (reason) return t.skip(reason);
  const client = await register(serve);
  const image = await person();
  const model = client.expect(201, await client.postForm('/models/upload', { image })).body;
  const running = await submitModel(client);
  fillDisk();

  const refusals = await until(async () => {
    const answers = [];
    for (let i = 0; i < 8; ++i) answers.push(await client.postForm('/models/upload', { image: await person({ wall: `#${i}0${i}0${i}0` }) }));
    return answers.every((answer) => answer.status !== 201) && answers;
  });
  for (const answer of refusals) client.expect(503, answer, 'not_ready');
  const registered = await serve.anonymous.post('/auth/register', freshCredentials());
  assert.ok([201, 503].includes(registered.status), registered.title);
  const submitted = await client.post('/models/generate', { prompt: 'a person in an empty room', width: 256, height: 256 });
  assert.ok([202, 503].includes(submitted.status), submitted.title);
  client.expect(200, await client.get('/healthz'));
  client.expect(200, await client.get(`/models/${model.id}`));
  assert.ok((await client.picture(model.url)).length > 0, 'what is stored can still be read');
  assert.equal(serve.program.child.exitCode, null, 'the service runs on');

  fs.rmSync(filler());
  await until(async () => (await client.get('/readyz')).status === 200, { within: 20_000 });
  client.expect(201, await client.postForm('/models/upload', { image: await person({ wall: '#123456' }) }));
  const ended = await client.finished(running.id, { within: 90_000 });
  assert.equal(ended.status, 'succeeded', JSON.stringify(ended.error));
  if (submitted.status === 202) await client.finished(submitted.body.id, { within: 90_000 });
  await untilNothingHeld(client, 90_000);
  await assertBooksBalance(client, 1000);
});
