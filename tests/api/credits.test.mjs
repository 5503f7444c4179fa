import assert from 'node:assert/strict';
import net from 'node:net';
import { execFileSync, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance, history, untilNothingHeld } from './support/ledger.mjs';
import { embeddedOnly } from './support/scaled.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register, withCredits } from './support/users.mjs';

const MODEL = { prompt: 'someone who counts coins at a table', width: 256, height: 256 };
const noSqlite = spawnSync('sqlite3', ['--version']).error ? 'needs sqlite3: apt-get install sqlite3' : false;
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
    const racing = await Promise.all(Array.from({ length: 60 }, () => busy.post('/models/generate', MODEL)));
    const accepted = racing.filter(({ status }) => status === 202);
    assert.equal(accepted.length, 6);
    for (const one of racing) if (one.status !== 202) busy.expect(429, one, 'too_many_active_jobs');
    for (const one of accepted) await busy.finished(one.body.id);
    await untilNothingHeld(busy);
  } finally {
    await emulator.change({ latencyMs: 30 });
  }
});

test('who has waited for a job finds its credits settled', async () => {
  const client = await withCredits(serve, 1000);
  const balance = async () => Object.values(await client.read('/credits/balance'));
  const shown = (answer) => ['x-credits-left', 'x-credits-held'].map((name) => Number(answer.headers.get(name)));
  for (let round = 1; round <= 12; ++round) {
    const answer = client.expect(200, await client.post('/models/generate', MODEL, { prefer: 'wait=30' }));
    assert.deepEqual(shown(answer), [1000 - 4 * round, 0]);
    assert.deepEqual(await balance(), shown(answer));
    const lines = (await client.read('/credits/history')).items.filter((line) => line.jobId === answer.body.id);
    assert.deepEqual(lines.map((line) => line.kind), ['settle', 'hold']);
  }
  const job = await submitModel(client);
  client.expect(200, await client.get(`/jobs/${job.id}`, { prefer: 'wait=30' }));
  assert.deepEqual(await balance(), [948, 0]);
  const other = await submitModel(client);
  assert.equal((await client.events(`/jobs/${other.id}/events`)).at(-1).event, 'end');
  assert.deepEqual(await balance(), [944, 0]);
});

test('answers to requests at the same time say what is left and held at one moment, and the ledger is in order', async () => {
  await emulator.change({ latencyMs: 2000 });
  try {
    const client = await withCredits(serve, 100);
    const answers = await Promise.all(Array.from({ length: 6 }, () => client.post('/models/generate', MODEL)));
    const shown = answers.map((answer) => ['x-credits-left', 'x-credits-held'].map((name) => Number(answer.headers.get(name))));
    for (const [left, held] of shown) assert.equal(left + held, 100);
    assert.deepEqual(shown.map(([left]) => left).toSorted((a, b) => b - a), [96, 92, 88, 84, 80, 76], 'each its own hold');
    const balances = (await history(client)).map((line) => line.balance);
    // Only one writer, SQLite's, can promise the order of requests at the same time.
    assert.deepEqual(embeddedOnly ? balances.toSorted((a, b) => b - a) : balances, [100, 96, 92, 88, 84, 80, 76]);
  } finally {
    await emulator.change({ latencyMs: 30 });
  }
});

test('prices can be set', async () => {
  const dear = await startServe({ emulator, env: { PRICES: 'model_gen.flux-pro-1.1=7,scene=1' } });
  try {
    const client = await register(dear);
    const { items } = await client.read('/credits/pricing');
    assert.equal(items.find((row) => row.action === 'model_gen' && row.engine === 'flux-pro-1.1').creditsPerSample, 7);
    assert.equal(items.find((row) => row.action === 'tryon' && row.engine === 'fill').creditsPerSample, 5);
    assert.ok(items.filter((row) => row.action === 'scene').every((row) => row.creditsPerSample === 1));
    assert.equal((await submitModel(client)).creditsHeld, 7);
    assert.match((await runOn(dear, ['config'])).out, /PRICES +model_gen.flux-pro-1.1=7,scene=1 +environment/);
  } finally {
    await dear.stop();
  }
});

test('an export that cannot be finished breaks off', { skip: embeddedOnly || noSqlite }, async () => {
  const broken = await startServe({ emulator });
  try {
    const client = await withCredits(broken, 500);
    const admin = await createFromShell(broken, { role: 'admin' });
    for (let i = 0; i < 100; ++i) admin.expect(201, await admin.post('/credits/grant', { userId: client.user.id, amount: 1, reason: 'one more' }));
    execFileSync('sqlite3', [`${broken.dataDir}/atelier.db`, `UPDATE usage_logs SET doc='{"kind":7}' WHERE id=(SELECT min(id) FROM usage_logs)`]);
    await assert.rejects(client.get('/credits/history?format=csv'));
  } finally {
    await broken.stop();
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

test('the table is whole for a client that wants the connection closed', async () => {
  const client = await register(serve);
  const expected = client.expect(200, await client.get('/credits/history?format=csv')).bytes.toString();
  const { hostname, port } = new URL(serve.url);
  const socket = net.connect(Number(port), hostname);
  socket.write(`GET /credits/history?format=csv HTTP/1.1\r\nConnection: close\r\nHost: a\r\nAuthorization: Bearer ${client.token}\r\n\r\n`);
  const chunks = [];
  for await (const chunk of socket) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  assert.match(text, /^HTTP\/1.1 200 /);
  for (const row of expected.trim().split('\r\n')) assert.ok(text.includes(row), row);
});
