// The three ways to learn of a job's end (asking again is the first), and to call it off.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hasEnded } from './support/client.mjs';
import { freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { until } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const SLOW_MS = 1500;
let emulator, serve, client, pair;

before(async () => {
  emulator = await startEmulator({ latencyMs: SLOW_MS });
  serve = await startServe({ emulator });
  client = await register(serve);
  pair = await uploadPair(client);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const generate = (prefer) => client.post('/models/generate', { prompt: 'someone who waits at a station', width: 256, height: 256 }, { prefer });

// ---- Prefer: wait ---------------------------------------------------------------------------------------------------

test('with time enough the answer is the ended job', async () => {
  const answer = client.expect(200, await generate('wait=30'));
  assert.equal(answer.headers.get('preference-applied'), 'wait=30');
  assert.equal(answer.body.status, 'succeeded');
  assert.ok(answer.headers.get('location'));
});

test('with too little time the answer is the running job, in time', async () => {
  const start = Date.now();
  const answer = client.expect(202, await generate('wait=1'));
  assert.ok(Date.now() - start < 1000 + SLOW_MS, `${Date.now() - start} ms`);
  assert.equal(answer.headers.get('preference-applied'), 'wait=1');
  assert.ok(!hasEnded(answer.body));
  await client.finished(answer.body.id);
});

test('preferences that are none are not honoured', async () => {
  for (const prefer of ['wait=0', 'wait=-1', 'wait=x', 'wait', 'respond-async', 'wait=9999999999']) {
    const answer = client.expect(202, await generate(prefer));
    assert.equal(answer.headers.get('preference-applied'), null, prefer);
  }
});

test('reading a job can wait for its end, too', async () => {
  const job = await submitModel(client);
  const answer = client.expect(200, await client.get(`/jobs/${job.id}`, { prefer: 'wait=30' }));
  assert.equal(answer.body.status, 'succeeded');
  assert.equal(answer.headers.get('preference-applied'), 'wait=30');
});

// ---- events ---------------------------------------------------------------------------------------------------------

test('the events of a try-on tell its whole story in order, then the stream closes', async () => {
  const job = await submitTryOn(client, pair, { seed: freshSeed() });
  const events = await client.events(`/tryon/${job.id}/events`);
  const ids = events.map((event) => event.id);
  assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
  assert.equal(new Set(ids.filter((_, i) => events[i].event === 'status')).size, events.filter((e) => e.event === 'status').length);
  const seen = [...new Set(events.map((event) => event.job.status))];
  const order = ['queued', 'preparing', 'submitting', 'generating', 'storing', 'succeeded'];
  assert.deepEqual(seen, order.filter((status) => seen.includes(status)), 'statuses only go forward');
  assert.deepEqual(events.slice(-2).map((event) => event.event), ['result', 'end']);
  assert.ok(events.at(-1).job.resultUrl);
});

test('the events of an ended job are told at once', async () => {
  const job = await client.finished((await submitModel(client)).id);
  const events = await client.events(job.links.events);
  assert.equal(events.at(-1).event, 'end');
  assert.equal(events.at(-1).job.status, 'succeeded');
});

test('what is told again shows nothing that came later', async () => {
  const job = await client.finished((await submitTryOn(client, pair, { seed: freshSeed() })).id);
  const events = await client.events(job.links.events);
  for (const { event, job: then } of events.filter(({ event }) => event === 'status')) {
    assert.equal(then.creditsUsed, 0);
    for (const sample of then.samples) assert.ok(!['succeeded', 'failed'].includes(sample.status) && !sample.url, `${event} ${then.status}`);
  }
  assert.deepEqual(events[0].job.samples, [{ index: 0, status: 'waiting' }]);
  assert.equal(events.at(-1).job.samples[0].status, 'succeeded');
});

test('queued jobs say how many are before them, in lists, too', async (t) => {
  const slow = await startServe({ emulator, env: { WORKER_CONCURRENCY: '1' } });
  t.after(() => slow.stop());
  const user = await register(slow);
  const jobs = [];
  for (let i = 0; i < 4; ++i) jobs.push(await submitModel(user));
  await until(async () => (await user.read(`/jobs/${jobs[0].id}`)).status === 'generating');
  const { items } = await user.read('/jobs');
  assert.deepEqual(items.map((item) => item.queuePosition), [2, 1, 0, undefined]);
  for (const { id } of jobs.slice(1)) user.expect(200, await user.delete(`/jobs/${id}`));
});

test('a stream that broke goes on after Last-Event-ID, without loss or repetition', async () => {
  const job = await submitTryOn(client, pair, { seed: freshSeed() });
  const first = await client.events(`/tryon/${job.id}/events`, { enough: (events) => events.length >= 2 });
  const last = first.at(-1).id;
  const rest = await client.events(`/tryon/${job.id}/events`, { headers: { 'last-event-id': String(last) } });
  assert.ok(rest.every((event) => event.id > last), `${rest.map((event) => event.id)} after ${last}`);
  assert.equal(rest.at(-1).event, 'end');
  const all = await client.events(`/tryon/${job.id}/events`);
  const told = new Set([...first, ...rest].map((event) => event.id));
  assert.deepEqual(all.map((event) => event.id).filter((id) => !told.has(id)), []);
});

test('a Last-Event-ID behind the end brings only the end', async () => {
  const job = await client.finished((await submitModel(client)).id);
  const events = await client.events(job.links.events, { headers: { 'last-event-id': '999999' } });
  assert.ok(events.length <= 2);
});

test('many listeners of one job all hear its end', async () => {
  const job = await submitModel(client);
  const all = await Promise.all(Array.from({ length: 20 }, () => client.events(`/jobs/${job.id}/events`)));
  for (const events of all) assert.equal(events.at(-1).event, 'end');
});

test('a listener who leaves disturbs nobody', async () => {
  const job = await submitModel(client);
  await client.events(`/jobs/${job.id}/events`, { enough: () => true });
  assert.equal((await client.finished(job.id)).status, 'succeeded');
});

// ---- cancel ---------------------------------------------------------------------------------------------------------

test('a job that is under way can be canceled and costs nothing', async () => {
  const user = await register(serve);
  const own = await uploadPair(user);
  const job = await submitTryOn(user, own, { numSamples: 2 });
  await until(async () => (await user.read(`/tryon/${job.id}`)).status === 'generating');
  const answer = user.expect(200, await user.delete(`/tryon/${job.id}`));
  assert.equal(answer.body.status, 'canceled');
  assert.equal(answer.body.error.code, 'canceled');
  assert.equal(answer.headers.get('x-credits-left'), '1000');
  assert.equal(answer.headers.get('x-credits-held'), '0');
  await untilNothingHeld(user);
  await assertBooksBalance(user, 1000);
  assert.equal((await user.read('/credits/balance')).creditsLeft, 1000);
});

test('a job of any kind is canceled under /jobs, by its owner only', async () => {
  const user = await register(serve);
  const own = await uploadPair(user);
  const jobs = { model: await submitModel(user), tryon: await submitTryOn(user, own),
    scene: user.expect(202, await user.post('/scene/change', { modelId: own.model.id, prompt: 'a forest' })).body };
  for (const [kind, job] of Object.entries(jobs)) {
    client.expect(404, await client.delete(`/jobs/${job.id}`), 'not_found');
    const answer = user.expect(200, await user.delete(`/jobs/${job.id}`));
    assert.deepEqual([answer.body.kind, answer.body.status, answer.body.creditsUsed], [kind, 'canceled', 0]);
    user.expect(409, await user.delete(`/jobs/${job.id}`), 'not_cancelable');
  }
  await untilNothingHeld(user);
  assert.equal((await user.read('/credits/balance')).creditsLeft, 1000);
});

test('a job that waits for a worker is canceled before anything is submitted', async (t) => {
  const idle = await startServe({ emulator, args: ['--no-worker'] });
  t.after(() => idle.stop());
  const user = await register(idle);
  const { submitted } = await emulator.stats();
  const job = await submitModel(user, { numSamples: 2 });
  const answer = user.expect(200, await user.delete(`/jobs/${job.id}`));
  assert.equal(answer.body.error.code, 'canceled');
  assert.equal(answer.headers.get('x-credits-left'), '1000');
  assert.equal(answer.headers.get('x-credits-held'), '0');
  await assertBooksBalance(user, 1000);
  assert.equal((await emulator.stats()).submitted, submitted);
});

test('a canceled job stays canceled when the provider finishes', async () => {
  const job = await submitTryOn(client, pair, { seed: freshSeed() });
  await until(async () => (await client.read(`/tryon/${job.id}`)).status === 'generating');
  client.expect(200, await client.delete(`/tryon/${job.id}`));
  const ready = (await emulator.stats()).ready;
  await until(async () => (await emulator.stats()).ready > ready || (await emulator.stats()).active === 0);
  assert.equal((await client.read(`/tryon/${job.id}`)).status, 'canceled');
});

test('canceling wakes those who wait and ends their streams', async () => {
  const job = await submitTryOn(client, pair, { seed: freshSeed() });
  const stream = client.events(`/tryon/${job.id}/events`);
  const waiting = client.get(`/tryon/${job.id}`, { prefer: 'wait=30' });
  await until(async () => (await client.read(`/tryon/${job.id}`)).status !== 'queued');
  client.expect(200, await client.delete(`/tryon/${job.id}`));
  assert.equal((await waiting).body.status, 'canceled');
  const last = (await stream).at(-1);
  assert.deepEqual([last.event, last.job.status], ['end', 'canceled']);
});

test('a canceled try-on shows what went into it, not the picture that nobody paid for', async () => {
  const job = await submitTryOn(client, pair, { scene: 'a quiet harbour', seed: freshSeed() });
  const sheet = async () => client.expect(200, await client.get(`/jobs/${job.id}/sheet`)).bytes;
  const record = () => client.read(`/jobs/${job.id}/record`);
  await until(async () => (await record()).step);
  const before = await sheet();
  await until(async () => (await record()).samples[0].laterStep);
  client.expect(200, await client.delete(`/tryon/${job.id}`));
  assert.deepEqual(await sheet(), before);
  const canceled = await client.read(`/jobs/${job.id}`);
  assert.deepEqual([canceled.status, canceled.creditsUsed, canceled.resultUrl, canceled.samples[0].url], ['canceled', 0, undefined, undefined]);
  const { step, samples: [sample] } = await record();
  assert.ok(step.inputs.person && sample.laterStep.endpoint, 'the record still says what was done');
});

test('what has ended cannot be canceled', async () => {
  const job = await client.finished((await submitTryOn(client, pair)).id);
  client.expect(409, await client.delete(`/tryon/${job.id}`), 'not_cancelable');
  const canceled = await submitTryOn(client, pair);
  client.expect(200, await client.delete(`/tryon/${canceled.id}`));
  client.expect(409, await client.delete(`/tryon/${canceled.id}`), 'not_cancelable');
});

test('of many racing cancels one wins', async () => {
  const job = await submitTryOn(client, pair);
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.delete(`/tryon/${job.id}`)));
  const statuses = answers.map((answer) => answer.status).sort();
  assert.deepEqual(statuses, [200, ...Array(7).fill(409)]);
  await untilNothingHeld(client);
  await assertBooksBalance(client, 1000);
});
