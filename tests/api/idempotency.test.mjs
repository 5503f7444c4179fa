// Requests that cost credits and carry an Idempotency-Key happen once.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { openapi } from './support/contract.mjs';
import { submitModel, uploadPair } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { until } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register, withCredits } from './support/users.mjs';

const MODEL = { prompt: 'a person who says everything twice', width: 256, height: 256 };
let emulator, serve;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const freshKey = () => crypto.randomUUID();
const generate = (client, key, body = MODEL, headers = {}) =>
  client.post('/models/generate', body, { 'idempotency-key': key, ...headers });
const wasReplayed = (answer) => answer.headers.get('idempotent-replayed') === 'true';
/** Without what is made afresh in every link. */
const unsigned = (job) => JSON.parse(JSON.stringify(job), (_, value) => (typeof value === 'string' ? value.replace(/\?exp=.*/, '') : value));
const jobsOf = async (client) => (await client.read('/jobs?limit=100')).items;

test('every operation that makes a job that costs credits takes an Idempotency-Key', () => {
  const charging = Object.values(openapi.paths).flatMap((methods) => Object.entries(methods))
    .filter(([method, operation]) => method === 'post' && operation['x-charges'] && operation.responses['202']);
  assert.ok(charging.length >= 2);
  for (const [, operation] of charging)
    assert.ok(operation.parameters?.some((parameter) => parameter.$ref?.endsWith('/IdempotencyKey')), operation.operationId);
});

test('the same request is answered again as it was the first time', async () => {
  const client = await register(serve);
  const key = freshKey();
  const first = client.expect(202, await generate(client, key));
  assert.ok(!wasReplayed(first));
  await client.finished(first.body.id);
  const again = client.expect(202, await generate(client, key));
  assert.ok(wasReplayed(again));
  assert.deepEqual(again.body, first.body);
  for (const name of ['location', 'content-type']) assert.equal(again.headers.get(name), first.headers.get(name), name);
  assert.notEqual(again.headers.get('x-request-id'), first.headers.get('x-request-id'));
  assert.equal((await jobsOf(client)).length, 1);
  await assertBooksBalance(client, 1000);
});

test('a replay says what the caller has now', async () => {
  const client = await register(serve);
  const key = freshKey();
  const first = client.expect(202, await generate(client, key));
  await client.finished(first.body.id);
  await untilNothingHeld(client);
  const again = client.expect(202, await generate(client, key));
  assert.deepEqual(['x-credits-left', 'x-credits-held'].map((name) => again.headers.get(name)), ['996', '0']);
});

test('links in a replay are made afresh', async () => {
  const client = await register(serve);
  const key = freshKey();
  const first = client.expect(200, await generate(client, key, MODEL, { prefer: 'wait=30' }));
  const expiry = (answer) => Number(new URL(answer.body.resultUrl).searchParams.get('exp'));
  let again;
  await until(async () => {
    again = client.expect(200, await generate(client, key));
    return expiry(again) > expiry(first);
  });
  assert.deepEqual(unsigned(again.body), unsigned(first.body));
  assert.ok((await client.picture(again.body.resultUrl)).length > 0);
  assert.ok((await client.picture(again.body.samples[0].url)).length > 0);
});

test('fifty equal requests at the same time make one job and one hold', async () => {
  for (let round = 0; round < 3; ++round) {
    const client = await withCredits(serve, 1000);
    const key = freshKey();
    const answers = await Promise.all(Array.from({ length: 50 }, () => generate(client, key)));
    const first = answers.filter((answer) => answer.status === 202 && !wasReplayed(answer));
    assert.equal(first.length, 1);
    for (const answer of answers) {
      if (answer.status === 409) assert.equal(answer.body.code, 'idempotency_in_progress');
      else assert.deepEqual([answer.status, answer.body.id], [202, first[0].body.id]);
    }
    assert.ok(wasReplayed(await generate(client, key)));
    assert.equal((await jobsOf(client)).length, 1);
    await client.finished(first[0].body.id);
    await untilNothingHeld(client);
    await assertBooksBalance(client, 1000);
    assert.equal((await client.read('/credits/balance')).creditsLeft, 996);
  }
});

test('a key cannot be used for another request', async () => {
  const client = await register(serve);
  const key = freshKey();
  client.expect(202, await generate(client, key));
  client.expect(422, await generate(client, key, { ...MODEL, seed: 7 }), 'idempotency_key_reused');
  const { model, garment } = await uploadPair(client);
  const elsewhere = await client.post('/tryon', { modelId: model.id, garmentId: garment.id }, { 'idempotency-key': key });
  client.expect(422, elsewhere, 'idempotency_key_reused');
  assert.equal((await jobsOf(client)).length, 1);
});

test('keys of different accounts have nothing to do with each other', async () => {
  const key = freshKey();
  const [one, two] = [await register(serve), await register(serve)];
  const first = one.expect(202, await generate(one, key));
  const second = two.expect(202, await generate(two, key));
  assert.ok(!wasReplayed(second));
  assert.notEqual(first.body.id, second.body.id);
});

test('while the first request waits for its job, equal ones are told to come back', async () => {
  await emulator.change({ latencyMs: 1500 });
  try {
    const client = await register(serve);
    const key = freshKey();
    const first = generate(client, key, MODEL, { prefer: 'wait=30' });
    while ((await jobsOf(client)).length === 0);
    const meanwhile = client.expect(409, await generate(client, key), 'idempotency_in_progress');
    assert.ok(meanwhile.body.retryAfter >= 1 && meanwhile.headers.get('retry-after'));
    const done = client.expect(200, await first);
    assert.equal(done.body.status, 'succeeded');
    const again = client.expect(200, await generate(client, key));
    assert.ok(wasReplayed(again));
    assert.deepEqual(unsigned(again.body), unsigned(done.body));
  } finally {
    await emulator.change({ latencyMs: 30 });
  }
});

test('a failure is not kept: with more credits the same request succeeds', async () => {
  const client = await withCredits(serve, 7);
  const key = freshKey();
  const body = { ...MODEL, numSamples: 2 };
  for (let i = 0; i < 2; ++i) client.expect(402, await generate(client, key, body), 'insufficient_credits');
  assert.equal((await serve.anonymous.get('/healthz')).status, 200);
  client.expect(422, await generate(client, key, { prompt: '' }), 'validation_failed');
  client.expect(202, await generate(client, key, MODEL));
});

test('try-ons too, and a body too large for the event loop', async () => {
  const client = await register(serve);
  const { model, garment } = await uploadPair(client);
  const key = freshKey();
  const send = (padding) => client.send('POST', '/tryon', {
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ modelId: model.id, garmentId: garment.id }) + ' '.repeat(padding),
  });
  const first = client.expect(202, await send(400_000));
  const again = client.expect(202, await send(400_000));
  assert.ok(wasReplayed(again));
  assert.equal(again.body.id, first.body.id);
  client.expect(422, await send(400_001), 'idempotency_key_reused');
});

test('keys that are not 1 to 255 visible characters are refused', async () => {
  const client = await register(serve);
  for (const key of ['with space', 'k'.repeat(256), 'é'])
    client.expect(422, await generate(client, key), 'validation_failed');
  client.expect(202, await generate(client, 'k'.repeat(255)));
});

test('where an operation takes no key the header is ignored', async () => {
  const client = await register(serve);
  client.expect(200, await client.get('/credits/balance', { 'idempotency-key': 'x y' }));
});

test('keys survive a crash of the server, before and after the answer', async () => {
  let mortal = await startServe({ emulator });
  await emulator.change({ latencyMs: 1500 });
  try {
    const client = await register(mortal);
    const [answered, cut] = [freshKey(), freshKey()];
    const first = client.expect(202, await generate(client, answered));
    const lost = generate(client, cut, MODEL, { prefer: 'wait=60' }).catch((error) => error);
    while ((await jobsOf(client)).length < 2);
    await mortal.kill();
    assert.ok((await lost) instanceof Error);

    await emulator.change({ latencyMs: 30 });
    mortal = await startServe({ emulator, dataDir: mortal.dataDir });
    client.url = mortal.url;
    const again = client.expect(202, await generate(client, answered));
    assert.ok(wasReplayed(again));
    assert.equal(again.body.id, first.body.id);

    const [job] = (await jobsOf(client)).filter(({ id }) => id !== first.body.id);
    await client.finished(job.id);
    const recovered = client.expect(200, await generate(client, cut, MODEL, { prefer: 'wait=60' }));
    assert.ok(wasReplayed(recovered));
    assert.equal(recovered.body.id, job.id);
    await client.finished(first.body.id);
    assert.equal((await jobsOf(client)).length, 2);
    await assertBooksBalance(client, 1000);
  } finally {
    await emulator.change({ latencyMs: 30 });
    await mortal.stop();
  }
});

test('without a key every request makes a job', async () => {
  const client = await register(serve);
  const jobs = [await submitModel(client), await submitModel(client)];
  assert.notEqual(jobs[0].id, jobs[1].id);
});
