import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { openapi } from './support/contract.mjs';
import { freshSeed, submitModel } from './support/journey.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register } from './support/users.mjs';

const METRICS_TOKEN = 'token-of-the-metrics-scraper';
let emulator, serve;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { METRICS_TOKEN } });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const readMetrics = async (authorization) =>
  serve.anonymous.expect(200, await serve.anonymous.get('/metrics', { authorization })).bytes.toString();

test('health and readiness', async () => {
  assert.deepEqual(await serve.anonymous.read('/healthz'), { status: 'ok' });
  const ready = await serve.anonymous.read('/readyz');
  assert.equal(ready.status, 'ready');
  const names = ready.checks.map((check) => check.name);
  for (const name of ['store', 'queue', 'blobs']) assert.ok(names.includes(name), names.join());
});

test('readiness says so when the emulator stands in for the provider', async () => {
  const alone = await startServe({});
  try {
    const ready = await alone.anonymous.read('/readyz');
    assert.match(JSON.stringify(ready.checks), /emulator/i);
    assert.match(alone.program.log(), /emulator/i);
    const client = await register(alone);
    const job = await client.finished((await submitModel(client)).id);
    assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  } finally {
    await alone.stop();
  }
});

test('readiness shows that the provider answers, and what is left there', async () => {
  const ready = await serve.anonymous.read('/readyz');
  const provider = ready.checks.find((check) => check.name === 'provider');
  assert.equal(provider.status, 'ok');
  assert.match(provider.detail, /^\d+\.\d credits left$/);
});

test('each endpoint of the provider has its metrics', async () => {
  const client = await register(serve);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'status', status: 429 });
  assert.equal((await client.finished((await submitModel(client, { seed: freshSeed() })).id)).status, 'succeeded');
  const text = await readMetrics(`Bearer ${METRICS_TOKEN}`);
  const of = (name, more = '') => new RegExp(`^atelier_bfl_${name}\\{[^}]*endpoint="/v1/flux-pro-1\\.1"[^}]*${more}[^}]*\\} (?!0$)`, 'm');
  for (const name of ['calls_total', 'call_seconds_count', 'task_seconds_count', 'polls_per_task_count', 'rate_limited_total', 'cost_credits_total'])
    assert.match(text, of(name));
  assert.match(text, /^atelier_bfl_active_tasks\{[^}]*flux-pro-1\.1[^}]*\} 0$/m);
  assert.match(text, /^atelier_bfl_breaker_state\{[^}]*flux-pro-1\.1[^}]*\} /m);
  assert.match(text, /^atelier_bfl_account_credits [1-9]/m);
});

test('metrics are for administrators and the token of the settings', async () => {
  const client = await register(serve);
  serve.anonymous.expect(401, await serve.anonymous.get('/metrics'));
  client.expect(403, await client.get('/metrics'), 'forbidden');
  const wrong = await serve.anonymous.get('/metrics', { authorization: `Bearer ${METRICS_TOKEN}x` });
  serve.anonymous.expect(401, wrong);
  const admin = await createFromShell(serve, { role: 'admin' });
  admin.expect(200, await admin.get('/metrics'));
  assert.match(await readMetrics(`Bearer ${METRICS_TOKEN}`), /^# HELP /m);
});

test('metrics count what happens', async () => {
  const client = await register(serve);
  const job = await client.finished((await submitModel(client, { seed: freshSeed() })).id);
  assert.equal(job.status, 'succeeded');
  const text = await readMetrics(`Bearer ${METRICS_TOKEN}`);
  const wanted = [/flux-pro-1\.1/, /operation|route/, /queue/, /credits/];
  for (const pattern of wanted) assert.match(text, pattern);
  assert.doesNotMatch(text, new RegExp(client.user.id), 'no label names a user');
  for (const line of text.split('\n').filter((one) => one && !one.startsWith('#')))
    assert.match(line, /^[a-zA-Z_:][\w:]*(\{.*\})? [-+.\w]+( \d+)?$/);
});

test('the served document is the one that tests check against', async () => {
  const answer = serve.anonymous.expect(200, await serve.anonymous.get('/openapi.json'));
  assert.deepEqual(answer.body, openapi);
  const etag = answer.headers.get('etag');
  serve.anonymous.expect(304, await serve.anonymous.get('/openapi.json', { 'if-none-match': etag }));
});

test('language models are told the same', async () => {
  const answer = serve.anonymous.expect(200, await serve.anonymous.get('/llms.txt'));
  const text = answer.bytes.toString();
  assert.match(text, /^# Atelier\n\n> /);
  for (const [template, methods] of Object.entries(openapi.paths))
    for (const [method, { operationId }] of Object.entries(methods))
      if (operationId) assert.ok(text.includes(`\`${method.toUpperCase()} ${template}\`:`), `${method} ${template}`);
  for (const code of openapi.components.schemas.Problem.properties.code.enum) assert.ok(text.includes(`\`${code}\``), code);
});

test('the page for people and everything it loads come from here', async () => {
  const page = serve.anonymous.expect(200, await serve.anonymous.get('/docs')).bytes.toString();
  assert.doesNotMatch(page, /(src|href)="(https?:)?\/\//, 'nothing is loaded from elsewhere');
  const assets = [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => new URL(match[1], serve.url + '/docs').pathname);
  assert.ok(assets.length > 0);
  for (const asset of assets.filter((one) => one.startsWith('/docs/'))) serve.anonymous.expect(200, await serve.anonymous.get(asset));
  serve.anonymous.expect(404, await serve.anonymous.get('/docs/no-such-file.js'));
});

test('answers are compressed for those who say they can read it', async () => {
  const { headers } = await serve.anonymous.get('/openapi.json', { 'accept-encoding': 'gzip' });
  assert.equal(headers.get('content-encoding'), 'gzip');
  const { headers: brotli } = await serve.anonymous.get('/openapi.json', { 'accept-encoding': 'br' });
  assert.equal(brotli.get('content-encoding'), 'br');
});

test('every request leaves one line in the access log, with its id and without its secrets', async () => {
  const client = await register(serve);
  await client.get('/models?limit=3', { 'x-request-id': 'look-for-me' });
  const found = () => serve.entries().filter((entry) => JSON.stringify(entry).includes('look-for-me'));
  // The log writes lines about requests in batches, a tenth of a second late.
  for (let i = 0; i < 100 && found().length === 0; i++) await setTimeout(50);
  const lines = found();
  assert.equal(lines.length, 1);
  assert.match(JSON.stringify(lines[0]), /200/);
});

test('a job\'s log lines can be found by the id of the request that made it', async () => {
  const client = await register(serve);
  const body = { prompt: 'a person looking for a lost line', width: 256, height: 256 };
  const answer = client.expect(202, await client.post('/models/generate', body, { 'x-request-id': 'trace-this-job' }));
  await client.finished(answer.body.id);
  assert.equal((await client.read(`/jobs/${answer.body.id}`)).requestId, 'trace-this-job');
});

test('SIGTERM ends the service within its drain time while jobs and streams are open', async () => {
  await emulator.change({ latencyMs: 60_000 });
  const draining = await startServe({ emulator, env: { DRAIN_TIMEOUT: '5' } });
  try {
    const client = await register(draining);
    const job = await submitModel(client);
    const stream = client.events(`/jobs/${job.id}/events`).catch(() => []);
    await client.get('/jobs');
    const start = Date.now();
    await draining.stop();
    assert.ok(Date.now() - start < 9_000, `${Date.now() - start} ms`);
    await stream;
  } finally {
    await draining.program.kill();
    await emulator.change({ latencyMs: 30 });
  }
});
