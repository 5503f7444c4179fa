// How often an account may ask, and how it is told.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withToken } from './support/client.mjs';
import { garment, person } from './support/pictures.mjs';
import { submitModel } from './support/journey.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

let emulator, serve;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { RATE_LIMIT_PER_MINUTE: '30', UPLOADS_PER_MINUTE: '3' } });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

/** `"requests";r=29;t=2` → { requests: { r: 29, t: 2 } } */
function limitsOf(answer, name = 'ratelimit') {
  const value = answer.headers.get(name);
  if (!value) return undefined;
  return Object.fromEntries(value.split(', ').map((item) => {
    const [quoted, ...parameters] = item.split(';');
    return [JSON.parse(quoted), Object.fromEntries(parameters.map((one) => [one.split('=')[0], Number(one.split('=')[1])]))];
  }));
}

/** Asks until it is refused; the answers, the refusal last. */
async function exhaust(client) {
  const answers = [];
  while (answers.at(-1)?.status !== 429 && answers.length < 100) answers.push(await client.get('/credits/balance'));
  return answers;
}

test('every answer to a signed-in caller says what is left', async () => {
  const client = await register(serve);
  const answer = client.expect(200, await client.get('/credits/balance'));
  assert.deepEqual(limitsOf(answer, 'ratelimit-policy'), { requests: { q: 30, w: 60 } });
  assert.deepEqual(limitsOf(answer), { requests: { r: 29, t: 2 } });
  const missing = client.expect(404, await client.get('/models/01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47'));
  assert.equal(limitsOf(missing).requests.r, 28);
  assert.equal(limitsOf(await serve.anonymous.get('/healthz')), undefined);
});

test('beyond the limit: 429 with a time after which it works again', async () => {
  const client = await register(serve);
  const answers = await exhaust(client);
  assert.ok(answers.length >= 31 && answers.length <= 36, `${answers.length} requests`);
  const refused = client.expect(429, answers.at(-1), 'rate_limited');
  assert.deepEqual(limitsOf(refused).requests.r, 0);
  const wait = Number(refused.headers.get('retry-after'));
  assert.ok(wait >= 1 && wait <= 2);
  assert.equal(refused.body.retryAfter, wait);
  await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  client.expect(200, await client.get('/credits/balance'));
});

test('what a caller may not do counts, too', async () => {
  const client = await register(serve);
  assert.equal(limitsOf(client.expect(403, await client.get('/admin/users'), 'forbidden')).requests.r, 29);
  const answers = [];
  for (let i = 0; i < 60 && answers.at(-1)?.status !== 429; ++i) answers.push(await client.get('/admin/users'));
  client.expect(429, answers.at(-1), 'rate_limited');
});

/** A client with a new key of the account. */
async function programOf(client, wanted = {}) {
  const made = client.expect(201, await client.post('/auth/api-keys', { name: 'k', ...wanted }));
  assert.equal(made.body.requestsPerMinute, wanted.requestsPerMinute);
  return withToken(serve.url, made.body.key);
}

test('more keys are no more requests, and others are not hindered', async () => {
  const client = await register(serve);
  const [one, two] = [await programOf(client), await programOf(client)];
  const answers = await exhaust(one);
  assert.ok(answers.length >= 29 && answers.length <= 34, `${answers.length} requests`);
  two.expect(429, await two.get('/credits/balance'), 'rate_limited');
  client.expect(429, await client.get('/credits/balance'), 'rate_limited');
  const other = await register(serve);
  other.expect(200, await other.get('/credits/balance'));
});

test('a key with a limit of its own does not use up the account', async () => {
  const client = await register(serve);
  const program = await programOf(client, { requestsPerMinute: 2 });
  const first = program.expect(200, await program.get('/credits/balance'));
  assert.deepEqual(limitsOf(first, 'ratelimit-policy'), { key: { q: 2, w: 60 }, requests: { q: 30, w: 60 } });
  assert.deepEqual(limitsOf(first).key, { r: 1, t: 30 });
  program.expect(200, await program.get('/credits/balance'));
  const refused = program.expect(429, await program.get('/credits/balance'), 'rate_limited');
  assert.match(refused.body.detail, /^2 requests with this API key a minute/);
  assert.ok(Number(refused.headers.get('retry-after')) > 20);
  assert.equal(limitsOf(refused).key.r, 0);
  const { headers, body: { items: [key] } } = client.expect(200, await client.get('/auth/api-keys'));
  assert.equal(key.requestsPerMinute, 2);
  assert.ok(limitsOf({ headers }).requests.r >= 26, 'the refused one was not counted');
});

test('parallel requests get no more than the limit', async () => {
  const client = await register(serve);
  const answers = await Promise.all(Array.from({ length: 60 }, () => client.get('/credits/balance')));
  const good = answers.filter((answer) => answer.status === 200).length;
  assert.ok(good >= 30 && good <= 33, `${good} of 60`);
});

test('uploads have a limit of their own; a refused one is not read', async () => {
  const client = await register(serve);
  const photo = await person();
  const shirt = await garment();
  client.expect(201, await client.postForm('/models/upload', { image: photo }));
  const second = client.expect(201, await client.postForm('/garments/upload', { image: shirt, category: 'upper_body' }));
  assert.equal(limitsOf(second).uploads.r, 1);
  assert.deepEqual(limitsOf(second, 'ratelimit-policy').uploads, { q: 3, w: 60 });
  client.expect(201, await client.postForm('/models/upload', { image: photo }));
  const refused = client.expect(429, await client.postForm('/models/upload', { image: photo }), 'rate_limited');
  assert.ok(Number(refused.headers.get('retry-after')) > 2);
  client.expect(200, await client.get('/models'));
  assert.equal((await client.read('/models')).items.length, 2);
});

test('too few credits and too many jobs are told apart from too many requests', async () => {
  const strict = await startServe({ emulator, env: { SIGNUP_CREDITS: '8', MAX_ACTIVE_JOBS_PER_USER: '1' } });
  await emulator.change({ latencyMs: 1000 });
  try {
    const client = await register(strict);
    const body = { prompt: 'someone in a hurry', width: 256, height: 256 };
    const job = await submitModel(client);
    client.expect(429, await client.post('/models/generate', body), 'too_many_active_jobs');
    await client.finished(job.id);
    client.expect(402, await client.post('/models/generate', { ...body, numSamples: 4 }), 'insufficient_credits');
  } finally {
    await emulator.change({ latencyMs: 30 });
    await strict.stop();
  }
});
