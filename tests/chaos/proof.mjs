// What must be true after any storm.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '../api/support/client.mjs';
import { assertBooksBalance, untilNothingHeld } from '../api/support/ledger.mjs';
import { until } from '../api/support/processes.mjs';
import { runOn } from '../api/support/servers.mjs';

const CREDITS = 100_000;
/** A delivery that died with its process is made again when its minute is over. */
const DELIVERED_WITHIN_MS = 120_000;
const SWEPT_WITHIN_MS = 90_000;
const LONG_AGO_S = 2 * 3600;

const ALLOWED = ['succeeded', 'canceled', 'provider_ambiguous', 'provider_moderated_output', 'provider_failed'];
const run = promisify(execFile);

/** What the provider took on, gathered while it happens: its own memory is short. */
export class Submissions {
  constructor(emulator) {
    this.emulator = emulator;
    this.tasks = new Map();
    this.timer = setInterval(() => this.look().catch(() => {}), 1000);
  }

  async look() {
    for (const { path: endpoint, status, taskId, body } of await this.emulator.requests())
      if (status === 200 && taskId) this.tasks.set(taskId, { endpoint, seed: body.seed });
  }

  async end() {
    clearInterval(this.timer);
    await this.look();
    return this.tasks;
  }
}

async function allAdminJobs(admin) {
  const jobs = new Map();
  let cursor = '';
  do {
    const page = await admin.read(`/admin/jobs?limit=100${cursor && `&cursor=${cursor}`}`);
    for (const job of page.items) jobs.set(job.id, job);
    cursor = page.nextCursor;
  } while (cursor);
  return jobs;
}

/** Every sample against what the provider took: never more than one task for each step, and the record's own. */
function assertSubmittedOnce(jobs, records, tasks) {
  const bySeed = new Map();
  for (const [taskId, { endpoint, seed }] of tasks)
    bySeed.set(seed, [...(bySeed.get(seed) ?? []), { taskId, endpoint }]);
  for (const job of jobs) {
    for (const { index, status, error, taskId } of records.get(job.id).samples) {
      const taken = bySeed.get(job.seed + index) ?? [];
      bySeed.delete(job.seed + index);
      const what = `${job.id} sample ${index} (${status} ${error?.code ?? ''}): ${JSON.stringify(taken)}`;
      assert.equal(new Set(taken.map((task) => task.endpoint)).size, taken.length, `submitted twice: ${what}`);
      if (status === 'succeeded' || error?.code?.startsWith('provider_moderated') || error?.code === 'provider_failed')
        assert.ok(taken.length >= 1, `never submitted: ${what}`);
      if (taskId) assert.ok(taken.some((task) => task.taskId === taskId), `the record has another task, ${taskId}: ${what}`);
      // Its owner canceled, or its worker died, between the provider's yes and our writing it down.
      if (!taskId && taken.length > 0) assert.ok(['provider_ambiguous', 'canceled'].includes(error?.code), what);
    }
  }
  assert.equal(bySeed.size, 0, `submitted for nobody: ${JSON.stringify([...bySeed])}`);
}

function outcomesOf(jobs) {
  const outcomes = {};
  for (const job of jobs) {
    const outcome = job.error?.code ?? job.status;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    assert.ok(ALLOWED.includes(outcome), `${job.id}: ${JSON.stringify(job.error)}`);
  }
  return outcomes;
}

async function assertEndsOnce(client, jobs) {
  for (const job of jobs) {
    const events = await client.events(`/jobs/${job.id}/events`);
    const ends = events.filter((event) => event.event === 'end');
    assert.equal(ends.length, 1, `${job.id} ended ${ends.length} times`);
    assert.equal(events.at(-1).event, 'end');
    const numbers = events.filter((event) => event.event === 'status').map((event) => event.id);
    assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), `${job.id}: events in order, each once`);
  }
}

async function assertDelivered(customer, jobs) {
  const missing = () => jobs.filter((job) => customer.told.get(job.id) !== `job.${job.status}`);
  await until(() => missing().length === 0, { within: DELIVERED_WITHIN_MS, every: 500, what: 'webhooks of all jobs' })
    .catch((error) => assert.fail(`${error.message}: ${missing().map((job) => `${job.id} ${job.status}`)}`));
  assert.deepEqual(customer.forged, [], 'every webhook is signed');
}

async function redis(cluster, ...args) {
  const { stdout } = await run('redis-cli', ['-u', cluster.servers.redis.url, ...args]);
  return stdout.trim();
}

async function assertNothingLeft(cluster) {
  const keys = async (pattern) => (await redis(cluster, '--scan', '--pattern', pattern)).split('\n').filter(Boolean);
  const slots = async () => {
    const counts = await Promise.all((await keys('*:coordination:slots:*')).map((key) => redis(cluster, 'zcard', key)));
    return counts.reduce((sum, count) => sum + Number(count), 0);
  };
  await until(async () => (await slots()) === 0, { within: 30_000, every: 500, what: 'no slot is held' });
}

const allFiles = (folder) => fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));

/** Makes every blob old, plants one that nobody refers to, and has the sweep come by: what is referred to stays. */
async function assertSweepable(cluster, client, jobs) {
  if (!cluster.servers.s3) return {};
  const orphan = Buffer.from(`nobody refers to this ${crypto.randomUUID()}`);
  const planted = path.join(cluster.bucketFolder, `${crypto.createHash('sha256').update(orphan).digest('hex')}.png`);
  fs.writeFileSync(planted, orphan);
  const files = allFiles(cluster.bucketFolder);
  const longAgo = Date.now() / 1000 - LONG_AGO_S;
  for (const file of files) fs.utimesSync(file, longAgo, longAgo);
  for (const worker of cluster.workers) worker.signal('SIGKILL');
  for (const worker of cluster.workers) await worker.untilReady();
  await until(() => !fs.existsSync(planted), { within: SWEPT_WITHIN_MS, every: 500, what: 'the planted orphan is swept' });
  for (const { samples } of jobs.filter((job) => job.status === 'succeeded'))
    for (const { url } of samples) if (url) await client.picture(url);
  return { blobs: files.length, orphans: files.length - allFiles(cluster.bucketFolder).length };
}

/** Checks everything; returns what there was, for the report. */
export async function prove(cluster, admin, customers, submissions) {
  const all = [];
  for (const customer of customers) {
    const jobs = await customer.finished(180_000);
    for (const id of customer.jobs.keys()) assert.ok(jobs.some((job) => job.id === id), `the accepted job ${id} is gone`);
    for (const { watched } of customer.jobs.values()) await watched;
    all.push(...jobs);
  }
  const tasks = await submissions.end();
  assertSubmittedOnce(all, await allAdminJobs(admin), tasks);
  const outcomes = outcomesOf(all);
  for (const customer of customers) {
    const client = new Client(cluster.serves[0].url, customer);
    await untilNothingHeld(client, 60_000);
    await assertBooksBalance(client, CREDITS);
    const jobs = all.filter((job) => job.userId === customer.user.id || customer.jobs.has(job.id));
    await assertEndsOnce(client, jobs);
    await assertDelivered(customer, jobs);
  }
  const audit = await runOn(cluster.asServe(), ['audit', 'credits']);
  assert.equal(audit.code, 0, `${audit.out}\n${audit.log}`);
  await assertNothingLeft(cluster);
  const blobs = await assertSweepable(cluster, new Client(cluster.serves[0].url, customers[0]), all);
  assert.deepEqual(cluster.bugs(), [], 'no process ended by itself');
  return { jobs: all.length, unsure: customers.reduce((sum, customer) => sum + customer.unsure, 0), tasks: tasks.size, outcomes, ...blobs };
}
