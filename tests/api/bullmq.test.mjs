// The queue on Redis is BullMQ's: Node programs see it and use it, in both directions, and each recovers the other's jobs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { root, until } from './support/processes.mjs';
import { QueueTool } from './support/queue_tool.mjs';
import { shared, without } from './support/services.mjs';

const skip = without('redis');
const NAME = 'atelier-jobs';
const SOON_MS = 20_000;

function connection() {
  const { hostname, port } = new URL(shared.redis);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

/** One queue, seen from both sides. */
class Both {
  constructor(node) {
    this.node = node;
    this.prefix = `test-${randomUUID()}`;
    this.tool = new QueueTool(shared.redis, this.prefix);
    this.queue = new node.Queue(NAME, { connection: connection(), prefix: this.prefix });
    this.open = [this.queue];
    this.queue.on('error', () => {});
  }

  worker(processor, more = {}) {
    const worker = new this.node.Worker(NAME, processor, { connection: connection(), prefix: this.prefix, ...more });
    worker.on('error', () => {});
    this.open.push(worker);
    return worker;
  }

  async events(...names) {
    const events = new this.node.QueueEvents(NAME, { connection: connection(), prefix: this.prefix, lastEventId: '0' });
    const seen = [];
    for (const name of names) events.on(name, ({ jobId }) => seen.push(`${name} ${jobId}`));
    events.on('error', () => {});
    this.open.push(events);
    await events.waitUntilReady();
    return seen;
  }

  async close() {
    await this.queue.obliterate({ force: true });
    await Promise.all(this.open.map((one) => one.close()));
  }
}

async function withBoth(node, use) {
  const both = new Both(node);
  try {
    await use(both);
  } finally {
    await both.close();
  }
}

for (const name of ['bullmq', 'bullmq-5']) {
  describe(`beside Node's ${name}`, { skip }, async () => {
    const node = skip ? {} : await import(name);

    test('a job of ours is seen to wait, run and complete', () => withBoth(node, async (both) => {
      const [job, user] = [randomUUID(), randomUUID()];
      const seen = await both.events('added', 'waiting', 'active', 'completed');
      await both.tool.call('add', job, user);
      const found = await both.queue.getJob(job);
      assert.deepEqual(found.data, { jobId: job, userId: user });
      assert.equal(await found.getState(), 'prioritized');
      const lease = await both.tool.call('lease', 30_000, 0);
      assert.deepEqual({ job: lease.job, attempt: lease.attempt }, { job, attempt: 1 });
      assert.equal(await found.getState(), 'active');
      assert.equal(await both.tool.call('ack', job, lease.token), true);
      assert.equal(await found.getState(), 'completed');
      assert.deepEqual((await both.queue.getJob(job)).returnvalue, { done: true });
      const expected = ['added', 'waiting', 'active', 'completed'].map((event) => `${event} ${job}`);
      await until(() => expected.every((event) => seen.includes(event)));
    }));

    test('a Node worker does jobs of ours, delayed ones too', () => withBoth(node, async (both) => {
      const jobs = Array.from({ length: 20 }, () => randomUUID());
      const done = [];
      both.worker(async (job) => { done.push(job.data.jobId); }, { concurrency: 5 });
      for (const [i, job] of jobs.entries()) await both.tool.call('add', job, randomUUID(), i % 2 ? 50 : 0);
      await until(() => done.length === jobs.length);
      assert.deepEqual([...done].sort(), [...jobs].sort()); // toSorted came after Node 18
      await until(async () => (await both.queue.getJobCounts('completed')).completed === jobs.length);
      assert.equal(await both.tool.call('contains', jobs[0]), false);
    }));

    test('we do jobs that Node added, and fail what is not ours', () => withBoth(node, async (both) => {
      const jobs = Array.from({ length: 20 }, () => randomUUID());
      const seen = await both.events('completed', 'failed');
      const foreign = await both.queue.add('other', { hello: 'world' });
      for (const job of jobs) await both.queue.add('atelier', { jobId: job, userId: randomUUID() }, { jobId: job });
      const { count } = await both.tool.call('work', jobs.length, 3, 30_000);
      assert.equal(count, jobs.length);
      const expected = [`failed ${foreign.id}`, ...jobs.map((job) => `completed ${job}`)];
      await until(() => expected.every((event) => seen.includes(event)));
      assert.match((await both.queue.getJob(foreign.id)).failedReason, /not a job of Atelier/);
    }));

    test('a job of ours whose worker is killed goes to a Node worker', () => withBoth(node, async (both) => {
      const job = randomUUID();
      await both.tool.call('add', job, randomUUID());
      const holder = both.tool.start('hold', 1_000);
      assert.equal((await holder.next()).job, job);
      await holder.kill();
      const taken = [];
      both.worker(async ({ id }) => { taken.push(id); }, { stalledInterval: 500 });
      await until(() => taken.includes(job));
    }));

    test('a job of a killed Node worker comes to us, once more', () => withBoth(node, async (both) => {
      const job = randomUUID();
      await both.tool.call('add', job, randomUUID());
      const script = path.join(root, 'tests/api/support/bullmq_worker.mjs');
      const child = spawn(process.execPath, [script, shared.redis, both.prefix, createRequire(import.meta.url).resolve(name), '1000']);
      after(() => child.kill('SIGKILL'));
      const [line] = await once(child.stdout, 'data');
      assert.equal(line.toString().trim(), job);
      assert.equal(await both.tool.call('lease', 1_000, 0), null);
      child.kill('SIGKILL');
      const lease = await both.tool.call('lease', 1_000, SOON_MS);
      assert.deepEqual({ job: lease.job, attempt: lease.attempt }, { job, attempt: 2 });
    }));
  });
}

describe('what operators do in Node', { skip }, async () => {
  const node = skip ? {} : await import('bullmq');

  test('pausing stops deliveries, resuming wakes who waits', () => withBoth(node, async (both) => {
    const job = randomUUID();
    await both.queue.pause();
    await both.tool.call('add', job, randomUUID());
    assert.equal(await both.tool.call('lease', 30_000, 200), null);
    const waiting = both.tool.call('lease', 30_000, SOON_MS);
    await both.queue.resume();
    assert.equal((await waiting).job, job);
  }));

  test('a global concurrency holds for us, too', () => withBoth(node, async (both) => {
    await both.queue.setGlobalConcurrency(1);
    for (let i = 0; i < 2; i++) await both.tool.call('add', randomUUID(), randomUUID());
    const first = await both.tool.call('lease', 30_000, 0);
    assert.equal(await both.tool.call('lease', 30_000, 0), null);
    await both.tool.call('ack', first.job, first.token);
    assert.notEqual(await both.tool.call('lease', 30_000, SOON_MS), null);
  }));

  test('Bull Board lists the jobs', () => withBoth(node, async (both) => {
    const { createBullBoard } = await import('@bull-board/api');
    const { BullMQAdapter } = await import('@bull-board/api/bullMQAdapter');
    const [done, waiting] = [randomUUID(), randomUUID()];
    await both.tool.call('add', done, randomUUID());
    const lease = await both.tool.call('lease', 30_000, 0);
    await both.tool.call('ack', done, lease.token);
    await both.tool.call('add', waiting, randomUUID());

    let routes;
    let queues;
    const adapter = new Proxy({}, { get: (_, method) => (value) => {
      if (method === 'setApiRoutes') routes = value;
      if (method === 'setQueues') queues = value;
      return adapter;
    } });
    createBullBoard({ queues: [new BullMQAdapter(both.queue)], serverAdapter: adapter, options: { uiBasePath: root } });
    const list = routes.find(({ route, method }) => route === '/api/queues' && method === 'get');
    const read = async (status) => {
      const answer = await list.handler({ queues, query: { activeQueue: NAME, status, page: '1' }, params: {}, headers: {} });
      return answer.body.queues[0];
    };
    const completed = await read('completed');
    assert.deepEqual(completed.jobs.map(({ id, name, data }) => ({ id, name, job: data.jobId })), [{ id: done, name: 'atelier', job: done }]);
    assert.equal(completed.counts.prioritized, 1);
    assert.deepEqual((await read('prioritized')).jobs.map(({ id }) => id), [waiting]);
  }));
});
