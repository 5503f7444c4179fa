import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance, history, untilNothingHeld } from './support/ledger.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register, withCredits } from './support/users.mjs';

const MODEL = { prompt: 'someone who counts coins at a table', width: 256, height: 256 };
let emulator, serve;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { SIGNUP_CREDITS: '20', MAX_ACTIVE_JOBS_PER_USER: '6' } });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

test('prices are those of the jobs', async () => {
  const client = await register(serve);
  const { items } = await client.read('/credits/pricing');
  const price = (action, engine) => items.find((item) => item.action === action && item.engine === engine).creditsPerSample;
  const job = await submitModel(client, { numSamples: 2 });
  assert.equal(job.creditsHeld, 2 * price('model_gen', 'flux-pro-1.1'));
  await client.finished(job.id);
});

test('a job is held, then settled, and the ledger says so with running balances', async () => {
  const client = await register(serve);
  const answer = client.expect(202, await client.post('/models/generate', MODEL));
  assert.equal(answer.headers.get('x-credits-left'), '16');
  assert.equal(answer.headers.get('x-credits-held'), '4');
  assert.deepEqual(await client.read('/credits/balance'), { creditsLeft: 16, creditsHeld: 4 });
  const job = await client.finished(answer.body.id);
  assert.equal(job.creditsUsed, 4);
  await assertBooksBalance(client, 20);
  assert.deepEqual(await client.read('/credits/balance'), { creditsLeft: 16, creditsHeld: 0 });
  const lines = (await history(client)).filter((line) => line.jobId === job.id);
  assert.deepEqual(lines.map(({ kind, creditsUsed, balance }) => [kind, creditsUsed, balance]), [['hold', 4, 16], ['settle', 4, 16]]);
  assert.ok(lines.every((line) => line.action === 'model_gen'));
});

test('a sample that fails is given back, the good ones are charged', async () => {
  const client = await register(serve);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_output' });
  const job = await client.finished((await submitModel(client, { numSamples: 3, seed: freshSeed() })).id);
  assert.equal(job.status, 'succeeded');
  assert.equal(job.creditsUsed, 8);
  const bad = job.samples.filter((sample) => sample.status === 'failed');
  assert.deepEqual(bad.map(({ error }) => [error.code, error.charged]), [['provider_moderated_output', false]]);
  await untilNothingHeld(client);
  assert.equal((await client.read('/credits/balance')).creditsLeft, 12);
  await assertBooksBalance(client, 20);
});

test('a job that fails costs nothing', async () => {
  const client = await register(serve);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_input' });
  const job = await client.finished((await submitModel(client)).id);
  assert.deepEqual([job.status, job.error.code, job.creditsUsed], ['failed', 'provider_moderated_input', 0]);
  await assertBooksBalance(client, 20);
  assert.equal((await client.read('/credits/balance')).creditsLeft, 20);
  const kinds = (await history(client)).filter((line) => line.jobId === job.id).map((line) => line.kind);
  assert.deepEqual(kinds, ['hold', 'release']);
});

test('too few credits: the answer says how many are needed and there', async () => {
  const client = await withCredits(serve, 7);
  const answer = client.expect(402, await client.post('/models/generate', { ...MODEL, numSamples: 2 }), 'insufficient_credits');
  assert.deepEqual([answer.body.needed, answer.body.available], [8, 7]);
  assert.deepEqual(await client.read('/credits/balance'), { creditsLeft: 7, creditsHeld: 0 });
  assert.deepEqual((await client.read('/jobs')).items, []);
});

test('an account without any credits can do everything that is free', async () => {
  const client = await withCredits(serve, 0);
  const pair = await uploadPair(client);
  const body = { modelId: pair.model.id, garmentId: pair.garment.id };
  const answer = client.expect(402, await client.post('/tryon', body), 'insufficient_credits');
  assert.deepEqual([answer.body.needed, answer.body.available], [5, 0]);
});

test('of two requests racing for the last credits one wins', async () => {
  for (let round = 0; round < 4; ++round) {
    const client = await withCredits(serve, 7);
    const answers = await Promise.all([client.post('/models/generate', MODEL), client.post('/models/generate', MODEL)]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [202, 402]);
    await client.finished(answers.find((answer) => answer.status === 202).body.id);
    await untilNothingHeld(client);
    assert.equal((await client.read('/credits/balance')).creditsLeft, 3);
    await assertBooksBalance(client, 7);
  }
});

test('of many racing requests as many win as there are credits for', async () => {
  const client = await withCredits(serve, 18);
  const answers = await Promise.all(Array.from({ length: 16 }, () => client.post('/models/generate', MODEL)));
  const won = answers.filter((answer) => answer.status === 202);
  assert.equal(won.length, 4);
  for (const answer of answers) assert.ok([202, 402, 429].includes(answer.status), answer.title);
  for (const answer of won) await client.finished(answer.body.id);
  await untilNothingHeld(client);
  await assertBooksBalance(client, 18);
});

test('too many running jobs of one account are refused, and others are not hindered', async () => {
  await emulator.change({ latencyMs: 2000 });
  try {
    const busy = await withCredits(serve, 1000);
    const other = await register(serve);
    const jobs = [];
    for (let i = 0; i < 6; ++i) jobs.push(await submitModel(busy));
    const answer = busy.expect(429, await busy.post('/models/generate', MODEL), 'too_many_active_jobs');
    assert.ok(answer.body.retryAfter >= 1);
    await submitModel(other);
    for (const job of jobs) await busy.finished(job.id);
    await busy.finished((await submitModel(busy)).id);
  } finally {
    await emulator.change({ latencyMs: 30 });
  }
});

test('the shell grants credits while the server runs', async () => {
  const client = await register(serve);
  const run = await runOn(serve, ['user', 'grant', client.user.email, '30']);
  assert.equal(run.code, 0, run.log);
  assert.equal((await client.read('/credits/balance')).creditsLeft, 50);
  await assertBooksBalance(client, 50);
});

test('the shell takes credits away, but never below zero', async () => {
  const client = await register(serve);
  assert.equal((await runOn(serve, ['user', 'grant', client.user.email, '--', '-15'])).code, 0);
  assert.equal((await client.read('/credits/balance')).creditsLeft, 5);
  assert.notEqual((await runOn(serve, ['user', 'grant', client.user.email, '--', '-6'])).code, 0);
  assert.equal((await client.read('/credits/balance')).creditsLeft, 5);
  await assertBooksBalance(client, 5);
});

test('the history is filtered by action and kind', async () => {
  const client = await register(serve);
  await client.finished((await submitModel(client)).id);
  const pair = await uploadPair(client);
  await client.finished((await submitTryOn(client, pair)).id);
  await assertBooksBalance(client, 20);
  const kinds = async (query) => (await client.read(`/credits/history?${query}`)).items.map((line) => `${line.action} ${line.kind}`);
  assert.deepEqual(await kinds('action=tryon'), ['tryon settle', 'tryon hold']);
  assert.deepEqual(await kinds('kind=settle'), ['tryon settle', 'model_gen settle']);
  assert.deepEqual(await kinds('kind=hold&action=model_gen'), ['model_gen hold']);
  assert.deepEqual(await kinds('kind=release'), []);
});

test('the whole ledger comes as CSV, harmless to spreadsheets', async () => {
  const admin = await createFromShell(serve, { role: 'admin' });
  const client = await withCredits(serve, 500);
  const reasons = ['=HYPERLINK("http://evil.example")', '+1', '-1', '@SUM(A1)', '\tx', 'a "quoted", one', 'two\nlines', 'plain'];
  for (let i = 0; i < 104; ++i)
    admin.expect(201, await admin.post('/credits/grant', { userId: client.user.id, amount: i % 2 ? -1 : 2, reason: reasons[i % 8] }));
  const answer = client.expect(200, await client.get('/credits/history?format=csv'));
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
  assert.equal(answer.headers.get('x-credits-left'), String((await client.read('/credits/balance')).creditsLeft));
  const text = answer.bytes.toString();
  const [header, ...rows] = text.split('\r\n');
  assert.equal(header, 'timestamp,id,action,kind,creditsUsed,balance,jobId,sample,reason');
  assert.equal(rows.pop(), '');
  assert.equal(rows.length, 105);
  const lines = await history(client);
  assert.deepEqual(rows.map((row) => row.split(',')[1]), lines.map((line) => line.id).reverse());
  const reasonOf = (index) => rows[104 - 1 - index].split(',').slice(8).join(',');
  assert.deepEqual(reasons.map((_, index) => reasonOf(index)), [
    '"\'=HYPERLINK(""http://evil.example"")"', "'+1", "'-1", "'@SUM(A1)", "'\tx", '"a ""quoted"", one"', '"two\nlines"', 'plain']);
  const accepted = client.expect(200, await client.get('/credits/history?kind=grant', { accept: 'text/csv' }));
  assert.equal(accepted.bytes.toString(), text);
  assert.equal((await client.get('/credits/history', { accept: '*/*' })).type, 'application/json');
  client.expect(422, await client.get('/credits/history?format=xml'), 'validation_failed');
});
