// The rule that no fault may break: granted = creditsLeft + holds + settled, and the ledger tells the same story.
import assert from 'node:assert/strict';
import { until } from './processes.mjs';

/** The whole history, oldest first. */
export async function history(client) {
  const lines = [];
  let cursor = '';
  do {
    const page = await client.read(`/credits/history?limit=100${cursor && `&cursor=${cursor}`}`);
    lines.unshift(...page.items.reverse());
    cursor = page.nextCursor;
  } while (cursor);
  return lines;
}

/** Every job of the account, newest first. */
export async function allJobs(client) {
  const jobs = [];
  let cursor = '';
  do {
    const page = await client.read(`/jobs?limit=100${cursor && `&cursor=${cursor}`}`);
    jobs.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return jobs;
}

const sum = (lines, kind) =>
  lines.filter((line) => line.kind === kind).reduce((total, line) => total + line.creditsUsed, 0);

/** Checks one account once. */
async function checkBooks(client, granted) {
  const balance = await client.read('/credits/balance');
  const lines = await history(client);
  const jobs = await allJobs(client);
  const who = client.user.id;
  assert.equal(balance.creditsLeft + balance.creditsHeld + sum(lines, 'settle'), granted, `${who}: credits add up`);
  const held = jobs.filter((job) => job.finishedAt === undefined).reduce((total, job) => total + job.creditsHeld, 0);
  assert.equal(balance.creditsHeld, held, `${who}: holds belong to running jobs`);
  for (const job of jobs.filter((one) => one.finishedAt !== undefined)) assertJobLines(job, lines);
  const named = new Set(jobs.map((job) => job.id));
  for (const line of lines.filter((one) => one.jobId)) assert.ok(named.has(line.jobId), `${who}: a line without a job`);
}

/**
 * The books of an account whose jobs have ended come to balance: a job's end is written first, then the hold goes,
 * then the ledger's lines come. `granted` in all, sign-up included.
 */
export async function assertBooksBalance(client, granted, within = 15_000) {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      return await checkBooks(client, granted);
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A job that has ended: held once, and what was held is charged or given back, once. */
function assertJobLines(job, lines) {
  const own = lines.filter((line) => line.jobId === job.id);
  const of = (kind) => own.filter((line) => line.kind === kind);
  const good = job.samples.filter((sample) => sample.status === 'succeeded').length;
  const price = (of('hold')[0]?.creditsUsed ?? 0) / job.samples.length;
  assert.equal(of('hold').length, 1, `${job.id}: held once`);
  assert.equal(job.creditsUsed, good * price, `${job.id}: charged per good sample`);
  assert.equal(of('settle').length, job.creditsUsed > 0 ? 1 : 0, `${job.id}: settled once`);
  assert.equal(sum(own, 'settle'), job.creditsUsed, `${job.id}: settled what was used`);
  assert.equal(sum(own, 'hold'), sum(own, 'settle') + sum(own, 'release'), `${job.id}: the rest is released`);
}

/** Waits until nothing is held: the last settling may come after a job's end. */
export async function untilNothingHeld(client, within = 30_000) {
  await until(async () => (await client.read('/credits/balance')).creditsHeld === 0, { within, what: 'no holds left' });
}
