// What is deleted is gone, and nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withToken } from './support/client.mjs';
import { submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance } from './support/ledger.mjs';
import { person } from './support/pictures.mjs';
import { until } from './support/processes.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register } from './support/users.mjs';

let emulator, serve;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const anyone = () => serve.anonymous;
const patch = (client, target, body) =>
  client.send('PATCH', target, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const assertGone = async (url) => anyone().expect(404, await anyone().get(url), 'not_found');
const assertThere = async (url) => anyone().expect(200, await anyone().get(url));
let drawn = 0;
/** A photo that no other test uploads. */
const ownPhoto = async () => person({ width: 300 + ++drawn, height: 400 });

test('the picture of a deleted model or garment is gone at once', async () => {
  const client = await register(serve);
  const photo = await ownPhoto();
  const model = client.expect(201, await client.postForm('/models/upload', { image: photo })).body;
  const garment = client.expect(201, await client.postForm('/garments/upload', { image: await ownPhoto(), category: 'dress' })).body;
  client.expect(204, await client.delete(`/models/${model.id}`));
  client.expect(204, await client.delete(`/garments/${garment.id}`));
  for (const url of [model.url, model.thumbUrl, garment.url, garment.thumbUrl]) await assertGone(url);
  const again = client.expect(201, await client.postForm('/models/upload', { image: photo })).body;
  await assertThere(again.url);
});

test('a picture that someone else has too stays for them', async () => {
  const [one, two] = [await register(serve), await register(serve)];
  const photo = await ownPhoto();
  const [first, second] = await Promise.all([one, two].map(async (client) =>
    client.expect(201, await client.postForm('/models/upload', { image: photo })).body));
  assert.equal(first.sha256, second.sha256);
  one.expect(204, await one.delete(`/models/${first.id}`));
  await assertThere(second.url);
  two.expect(204, await two.delete('/auth/me'));
  await assertGone(second.url);
});

test('the same picture uploaded and deleted at the same time is never half there', async () => {
  const clients = await Promise.all(Array.from({ length: 4 }, () => register(serve)));
  const photo = await ownPhoto();
  await Promise.all(clients.map(async (client, index) => {
    for (let round = 0; round < 6; ++round) {
      const answer = await client.postForm('/models/upload', { image: photo });
      if (answer.status === 503) continue;
      const model = client.expect(201, answer).body;
      if (index > 0 || round < 5) client.expect(204, await client.delete(`/models/${model.id}`));
    }
  }));
  const { items } = await clients[0].read('/models');
  for (const model of items) {
    await assertThere(model.url);
    await assertThere(model.thumbUrl);
  }
});

test('a job keeps its pictures when its model and garment are deleted', async () => {
  const client = await register(serve);
  const pair = await uploadPair(client, { image: await ownPhoto() });
  const job = await client.finished((await submitTryOn(client, pair)).id);
  client.expect(204, await client.delete(`/models/${pair.model.id}`));
  client.expect(204, await client.delete(`/garments/${pair.garment.id}`));
  const later = await client.read(`/tryon/${job.id}`);
  for (const url of [later.resultUrl, later.maskUrl, later.samples[0].thumbUrl, pair.model.url]) await assertThere(url);
  client.expect(200, await client.get(`/jobs/${job.id}/sheet`));
});

test('a job whose model is deleted while it waits goes on', async () => {
  await emulator.change({ latencyMs: 500 });
  try {
    const client = await register(serve);
    const pair = await uploadPair(client, { image: await ownPhoto() });
    const { id } = await submitTryOn(client, pair);
    client.expect(204, await client.delete(`/models/${pair.model.id}`));
    assert.equal((await client.finished(id)).status, 'succeeded');
  } finally {
    await emulator.change({ latencyMs: 30 });
  }
});

test('an erased account is not brought back, and is no administrator', async () => {
  const admin = await createFromShell(serve, { role: 'admin' });
  const client = await register(serve);
  const { users: before } = await admin.read('/admin/stats');
  client.expect(204, await client.delete('/auth/me'));
  const gone = `/admin/users/${client.user.id}`;
  for (const change of [{ role: 'admin' }, { disabled: false }, { disabled: true }])
    admin.expect(404, await patch(admin, gone, change), 'not_found');
  const grant = { userId: client.user.id, amount: 5, reason: 'to nobody' };
  admin.expect(404, await admin.post('/credits/grant', grant), 'not_found');
  const { users } = await admin.read('/admin/stats');
  assert.deepEqual(users, { ...before, total: before.total - 1 });
});

test('an erased account leaves nothing but an anonymous ledger', async () => {
  const admin = await createFromShell(serve, { role: 'admin' });
  const client = await register(serve);
  const key = client.expect(201, await client.post('/auth/api-keys', { name: 'k' })).body.key;
  const program = withToken(serve.url, key);
  program.expect(403, await program.delete('/auth/me'), 'forbidden');
  const pair = await uploadPair(client, { image: await ownPhoto() });
  const done = await client.finished((await submitTryOn(client, pair)).id);
  await assertBooksBalance(client, 1000);
  await emulator.change({ latencyMs: 3000 });
  const running = await submitModel(client);
  client.expect(204, await client.delete('/auth/me'));
  await emulator.change({ latencyMs: 30 });

  for (const url of [pair.model.url, pair.model.thumbUrl, done.resultUrl, done.maskUrl, done.samples[0].thumbUrl]) await assertGone(url);
  client.expect(401, await client.get('/auth/me'), 'unauthenticated');
  program.expect(401, await program.get('/models'), 'unauthenticated');
  const again = { email: client.user.email, password: client.password };
  anyone().expect(401, await anyone().post('/auth/login', again), 'invalid_credentials');
  assert.deepEqual((await admin.read(`/admin/jobs?userId=${client.user.id}`)).items, []);
  const [line] = (await admin.read(`/admin/audit?subject=${client.user.id}&action=user.erase`)).items;
  assert.equal(line.actor, client.user.id);
  const erased = (await admin.read('/admin/users?disabled=true')).items.find(({ id }) => id === client.user.id);
  assert.deepEqual([erased.email, erased.creditsHeld, erased.creditsLeft], [`erased:${client.user.id}`, 0, 1000 - done.creditsUsed]);
  const books = await runOn(serve, ['audit', 'credits']);
  assert.equal(books.code, 0, books.log);
  // The address is free again, for an account that knows nothing of the first.
  const next = await register(serve, again);
  assert.deepEqual((await next.read('/jobs')).items, []);
  next.expect(404, await next.get(`/jobs/${running.id}`), 'not_found');
});

test('the last administrator cannot be erased', async () => {
  const lonely = await startServe({ emulator });
  try {
    const admin = await createFromShell(lonely, { role: 'admin' });
    admin.expect(409, await admin.delete('/auth/me'), 'conflict');
    admin.expect(200, await admin.get('/auth/me'));
    await createFromShell(lonely, { role: 'admin' });
    admin.expect(204, await admin.delete('/auth/me'));
  } finally {
    await lonely.stop();
  }
});

test('what has been kept long enough is erased, the ledger stays', async () => {
  const forgetful = await startServe({ emulator, env: { RETENTION_UPLOADS: '1s', RETENTION_RESULTS: '1s' } });
  try {
    const client = await register(forgetful);
    const { id } = await submitModel(client);
    await client.finished(id);
    await assertBooksBalance(client, 1000);
    const before = await client.read('/credits/history');
    const model = client.expect(201, await client.postForm('/models/upload', { image: await ownPhoto() })).body;
    const dataDir = forgetful.dataDir;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await forgetful.stop(); // old things are looked for at the start, then every minute
    const next = await startServe({ emulator, dataDir, env: forgetful.env });
    client.url = next.url;
    try {
      await until(async () => (await client.get(`/jobs/${id}`)).status === 404, { within: 20_000, what: 'the job is erased' });
      await until(async () => (await client.get(`/models/${model.id}`)).status === 404, { within: 20_000, what: 'the upload is erased' });
      const url = new URL(model.url);
      next.anonymous.expect(404, await next.anonymous.get(new URL(url.pathname + url.search, next.url).href), 'not_found');
      assert.deepEqual((await client.read('/models')).items, []);
      assert.deepEqual(await client.read('/credits/history'), before);
    } finally {
      await next.stop();
    }
  } finally {
    await forgetful.kill().catch(() => {});
  }
});
