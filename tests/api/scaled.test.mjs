// Two servers and two workers on the same MongoDB, Redis and S3: what one accepts, another does, a third shows; limits
// hold for all of them together; whatever is away comes back.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { Client } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { runAtelier, until } from './support/processes.mjs';
import { missingServers } from './support/scaled.mjs';
import { createFromShell, freshCredentials, register } from './support/users.mjs';

const skip = !process.env.KINDS && missingServers();
const MAX_ACTIVE = 3;
const RATE = 600;
const ATTEMPTS = 4;
const RECOVERED_WITHIN_MS = 10_000;
let cluster, a, b;

before(async () => {
  if (skip && !process.env.KINDS) return;
  cluster = await Cluster.start({
    serves: 2, workers: 2, latencyMs: 200, ...(process.env.KINDS && { kinds: process.env.KINDS.split(',') }),
    env: { BFL_MAX_ACTIVE: String(MAX_ACTIVE), RATE_LIMIT_PER_MINUTE: String(RATE), LOGIN_ATTEMPTS: String(ATTEMPTS), TRUSTED_PROXIES: '127.0.0.1' },
  });
  a = cluster.asServe(0);
  b = cluster.asServe(1);
});
after(async () => {
  await cluster?.stop();
  assert.deepEqual(cluster?.bugs() ?? [], []);
});

/** The same account at the other server. */
const at = (serve, client) => new Client(serve.url, client);

test('a job accepted by one server is done by a worker and watched on the other', { skip }, async () => {
  const client = await register(a);
  const pair = await uploadPair(client);
  const job = await submitTryOn(client, pair, { seed: freshSeed() });
  const events = await at(b, client).events(`/tryon/${job.id}/events`);
  assert.equal(events.at(-1).event, 'end');
  assert.equal(events.at(-1).job.status, 'succeeded');
  const statuses = events.map((event) => event.job.status);
  assert.ok(statuses.includes('generating'), statuses.join());
  await at(b, client).picture(events.at(-1).job.resultUrl);
  await at(b, client).picture((await at(b, client).read(`/tryon/${job.id}`)).resultUrl);
});

test('a change is heard at once, not at the next look', { skip }, async () => {
  await cluster.emulator.change({ latencyMs: 3000 });
  const client = await register(a);
  const job = await submitTryOn(client, await uploadPair(client), { seed: freshSeed() });
  const watching = at(b, client).events(`/jobs/${job.id}/events`);
  await until(async () => (await client.read(`/jobs/${job.id}`)).status === 'generating', { what: 'generating' });
  const canceled = Date.now();
  client.expect(200, await client.delete(`/tryon/${job.id}`));
  const events = await watching;
  assert.equal(events.at(-1).job.status, 'canceled');
  assert.ok(Date.now() - canceled < 5000, 'the stream did not wait for its ping');
  await cluster.emulator.change({ latencyMs: 200 });
});

test('a job is canceled at another server than the one that took it', { skip }, async () => {
  const client = await register(a);
  await cluster.emulator.change({ latencyMs: 3000 });
  const job = await submitTryOn(client, await uploadPair(client), { seed: freshSeed() });
  at(b, client).expect(200, await at(b, client).delete(`/tryon/${job.id}`));
  assert.equal((await client.finished(job.id)).status, 'canceled');
  await cluster.emulator.change({ latencyMs: 200 });
  await untilNothingHeld(client);
});

test('requests are counted over all servers', { skip }, async () => {
  const client = await register(a);
  const begun = Date.now();
  const statuses = [];
  for (let round = 0; round < 35; ++round) {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => at(i % 2 ? a : b, client).get('/credits/balance')));
    statuses.push(...answers.map((answer) => answer.status));
  }
  const allowed = statuses.filter((status) => status === 200).length;
  const cameBack = Math.ceil(((Date.now() - begun) / 60_000) * RATE) + 1;
  assert.ok(allowed >= Math.min(RATE, statuses.length) && allowed <= RATE + cameBack, `${allowed} of ${statuses.length} allowed`);
  assert.ok(statuses.every((status) => [200, 429].includes(status)));
});

test('failed logins are counted over all servers', { skip }, async () => {
  const credentials = freshCredentials();
  await register(a, credentials);
  const tryOnce = (serve, password, i) => serve.anonymous.post('/auth/login', { email: credentials.email, password }, { 'x-forwarded-for': `203.0.113.${i}` });
  for (let i = 0; i < ATTEMPTS; ++i) assert.equal((await tryOnce(i % 2 ? a : b, 'not the right one', i)).status, 401);
  for (const serve of [a, b]) {
    const blocked = await tryOnce(serve, credentials.password, 50);
    assert.equal(blocked.status, 429);
    assert.ok(Number(blocked.headers.get('retry-after')) > 600);
  }
});

test('fifty identical requests at two servers are one job', { skip }, async () => {
  const client = await register(a);
  const body = { prompt: 'once', width: 256, height: 256, seed: freshSeed() };
  const key = { 'idempotency-key': crypto.randomUUID() };
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => at(i % 2 ? a : b, client).post('/models/generate', body, key)));
  for (const answer of answers) assert.ok([202, 409].includes(answer.status), answer.bytes.toString());
  const ids = new Set(answers.filter((answer) => answer.status === 202).map((answer) => answer.body.id));
  assert.equal(ids.size, 1);
  const again = client.expect(202, await at(b, client).post('/models/generate', body, key));
  assert.ok(ids.has(again.body.id));
  assert.equal((await client.read('/jobs')).items.length, 1);
  await client.finished(again.body.id);
});

test('the provider never has more tasks than BFL_MAX_ACTIVE, from however many workers', { skip }, async () => {
  // The provider goes on with what was canceled here.
  await until(async () => (await cluster.emulator.stats()).active === 0, { what: 'no task of canceled jobs' });
  await cluster.emulator.change({ maxActive: MAX_ACTIVE, latencyMs: 150 });
  const before = (await cluster.emulator.stats()).rejected?.[429] ?? 0;
  const clients = await Promise.all([register(a), register(b), register(a)]);
  const jobs = await Promise.all(Array.from({ length: 24 }, (_, i) =>
    submitModel(clients[i % 3], { seed: freshSeed() }).then((job) => [clients[i % 3], job])));
  for (const [client, job] of jobs) assert.equal((await client.finished(job.id)).status, 'succeeded');
  assert.equal((await cluster.emulator.stats()).rejected?.[429] ?? 0, before, 'the provider refused none');
  await cluster.emulator.change({ maxActive: 1000, latencyMs: 200 });
});

test('a changed prompt is seen everywhere within a second', { skip }, async () => {
  const admin = await createFromShell(a, { role: 'admin' });
  const promptText = `{{prompt}}, version ${crypto.randomUUID()}`;
  const added = admin.expect(201, await admin.post('/config/prompts', { domain: 'seasons', promptText }));
  const changed = Date.now();
  await until(async () => (await at(b, admin).read('/config/prompts?domain=seasons')).items[0]?.promptText === promptText, { within: 1000 });
  assert.ok(Date.now() - changed < 1000);
  assert.equal(added.body.version, 1);
});

async function metric(member, pattern) {
  const text = await (await fetch(`${member.url}/metrics`)).text();
  return [...text.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}
const tasksOf = (worker) => metric(worker, /^atelier_bfl_active_tasks\{.*\} (\d+)/gm);

test('a worker tells its health, and whether it is ready', { skip }, async () => {
  const [worker] = cluster.workers;
  assert.equal((await fetch(`${worker.url}/healthz`)).status, 200);
  const ready = await fetch(`${worker.url}/readyz`);
  assert.equal(ready.status, 200);
  const names = (await ready.json()).checks.map((check) => check.name);
  for (const name of ['store', 'queue', 'blobs', 'coordination', 'provider']) assert.ok(names.includes(name), names.join());
  assert.equal((await fetch(`${worker.url}/tryon`)).status, 404);
});

test('what a killed worker had in hand is finished by the other, with the same task', { skip }, async () => {
  await cluster.emulator.change({ latencyMs: 6000 });
  const client = await register(a);
  const seed = freshSeed();
  const job = await submitModel(client, { seed });
  const holder = await until(async () => {
    for (const worker of cluster.workers) if ((await tasksOf(worker)) > 0) return worker;
    return undefined;
  }, { what: 'a worker with a task' });
  holder.signal('SIGKILL');
  assert.equal((await client.finished(job.id, { within: 60_000 })).status, 'succeeded');
  assert.equal((await cluster.emulator.submitsBySeed()).get(seed), 1);
  await cluster.emulator.change({ latencyMs: 200 });
  await holder.untilReady();
  // Its place at the provider is free again: as many as ever are made at a time.
  const more = await Promise.all(Array.from({ length: 2 * MAX_ACTIVE }, () => submitModel(client, { seed: freshSeed() })));
  for (const one of more) assert.equal((await client.finished(one.id)).status, 'succeeded');
  await untilNothingHeld(client);
  await assertBooksBalance(client, 100_000);
});

const readiness = async (serve) => {
  const response = await fetch(`${serve.url}/readyz`, { signal: AbortSignal.timeout(15_000) });
  return { status: response.status, checks: Object.fromEntries((await response.json()).checks.map((check) => [check.name, check.status])) };
};

/** What each server's absence shows as in /readyz. */
const ABSENCES = { redis: 'queue', mongo: 'store', s3: 'blobs' };

for (const [name, check] of Object.entries(ABSENCES)) {
  test(`${name} goes away and comes back`, { skip }, async () => {
    const client = await register(a);
    const gate = cluster.gates[name];
    await gate.refuse();
    await until(async () => (await readiness(a)).checks[check] === 'failure', { what: `${check} is missed` });
    assert.equal((await readiness(a)).status, 503);
    if (name === 'redis') await readsAndAccepts(client);
    await gate.open();
    const back = Date.now();
    for (const serve of [a, b]) await until(async () => (await readiness(serve)).status === 200, { within: RECOVERED_WITHIN_MS, every: 100, what: `${name} is back` });
    const job = await submitModel(client, { seed: freshSeed() });
    assert.equal((await client.finished(job.id)).status, 'succeeded');
    assert.ok(Date.now() - back < RECOVERED_WITHIN_MS, `${Date.now() - back} ms`);
    for (const one of (await client.read('/jobs')).items) assert.equal((await client.finished(one.id)).status, 'succeeded');
  });
}

/** Without Redis: reads go on, limits are counted locally, and what is stored is accepted, since the sweeper queues it. */
async function readsAndAccepts(client) {
  for (const serve of [a, b]) {
    const begun = Date.now();
    client.expect(200, await at(serve, client).get('/credits/balance'));
    assert.ok(Date.now() - begun < 5000);
  }
  await submitModel(client, { seed: freshSeed() });
  const admin = await createFromShell(a, { role: 'admin' });
  const text = (await at(a, admin).get('/metrics')).bytes.toString();
  assert.match(text, /atelier_local_counts_total\{limit="requests"\} [1-9]/);
}

test('the provider goes away and comes back', { skip }, async () => {
  const client = await register(a);
  await cluster.gates.emulator.refuse();
  const job = await submitModel(client, { seed: freshSeed() });
  await until(async () => (await client.read(`/jobs/${job.id}`)).status === 'submitting', { what: 'submitting' });
  await cluster.gates.emulator.open();
  assert.equal((await client.finished(job.id, { within: 40_000 })).status, 'succeeded');
});

test('a server whose Redis answers nothing still reads', { skip }, async () => {
  const client = await register(a);
  cluster.gates.redis.blackhole();
  const begun = Date.now();
  for (let i = 0; i < 10; ++i) client.expect(200, await at(i % 2 ? a : b, client).get('/credits/balance'));
  const took = Date.now() - begun;
  await cluster.gates.redis.open();
  assert.ok(took < 10_000, `${took} ms`);
  await until(async () => (await readiness(a)).status === 200, { within: RECOVERED_WITHIN_MS });
});

test('a worker refuses to start alone', async () => {
  const alone = await runAtelier(['worker']);
  assert.equal(alone.code, 1);
  assert.match(alone.log, /REDIS_URL/);
  const guessing = await runAtelier(['worker'], { env: { REDIS_URL: 'redis://127.0.0.1:1', JWT_SECRET: 'x'.repeat(40) } });
  assert.equal(guessing.code, 1);
  assert.match(guessing.log, /BFL_API_KEY|BFL_BASE_URL/);
});
