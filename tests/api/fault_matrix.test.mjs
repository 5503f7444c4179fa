// Every fault of the emulator × where it strikes × how often, each through a real job: the outcome that
// docs/provider.md names, credits for the good samples only, and no sample taken twice.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { faultKinds, faultTable } from './support/fault_table.mjs';
import { freshSeed, submitModel } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { freePort } from './support/services.mjs';
import { register } from './support/users.mjs';

const PRICE = 4;
const CREDITS = 100_000;
const table = faultTable();
let emulator;

before(async () => {
  emulator = await startEmulator();
  await emulator.change({ maxActive: 10_000, pictures: 'tiny' });
});
after(() => emulator?.stop());

/** Short waits, and no limit of ours that jobs beside each other would meet. */
const SETTINGS = {
  BFL_TIMEOUT: '2s', BFL_AMBIGUOUS_GRACE: '3s', BFL_MAX_ACTIVE: '1000', SIGNUP_CREDITS: String(CREDITS),
  MAX_ACTIVE_JOBS_PER_USER: '1000', WORKER_CONCURRENCY: '1000',
};

async function withServe(env, use) {
  const listen = `127.0.0.1:${await freePort()}`;
  const serve = await startServe({ emulator, listen, env: { ...SETTINGS, PUBLIC_URL: `http://${listen}`, ...env } });
  try {
    const client = await register(serve);
    await use(client);
    await untilNothingHeld(client);
    await assertBooksBalance(client, CREDITS);
  } finally {
    await serve.stop();
  }
}

let lastCell = 0;
/** One job, whose prompt no other has, under the cell's fault. */
async function check(client, cell) {
  const prompt = `person number ${(lastCell += 1)} of the matrix.`;
  const seed = freshSeed();
  const fault = { ...cell.fault, match: { ...cell.fault.match, prompt }, latencyMs: 400 };
  await emulator.addFaults(fault);
  const job = await client.finished((await submitModel(client, { prompt, seed, numSamples: cell.samples })).id, { within: 80_000 });
  const seen = `${cell.title}: ${JSON.stringify(job.error ?? job.samples.map((sample) => sample.error))}`;
  const { good, code } = cell.outcome;
  assert.equal(job.samples.filter((sample) => sample.status === 'succeeded').length, good, seen);
  assert.equal(job.status, good > 0 ? 'succeeded' : 'failed', seen);
  assert.equal(job.error?.code, code, seen);
  assert.equal(job.creditsUsed, good * PRICE, seen);
  const submits = await emulator.submitsBySeed();
  for (let i = 0; i < cell.samples; ++i) assert.ok((submits.get(seed + i) ?? 0) <= 1, `${cell.title}: taken twice`);
}

/** The breaker counts failures in a row: a job that goes well comes between them. */
async function inTurn(client, rows) {
  for (const cell of rows.flatMap((row) => row.cells)) {
    await check(client, cell);
    await check(client, { title: `after ${cell.title}`, fault: { fault: 'latency', match: { endpoint: '/nowhere' } }, samples: 1, outcome: { good: 1 } });
  }
}

const allAtOnce = (client, rows) => Promise.all(rows.flatMap((row) => row.cells).map((cell) => check(client, cell)));

const rowsAt = (at) => table.filter((row) => row.at === at);
const isSlow = (row) => /429|hang/.test(row.cells[0].title);

test('the table names every fault that the emulator has', () => {
  assert.deepEqual([...new Set(table.map((row) => row.kind))].sort(), faultKinds().sort());
});

// Each group waits most of the time, so they wait side by side, each with a service of its own.
describe('outcomes are as documented', { concurrency: true }, () => {
  const submits = rowsAt('submit');
  const groups = [
    ['submits', { BFL_JOB_DEADLINE: '15s' }, submits.filter((row) => !isSlow(row)), inTurn],
    ['busy submits', { BFL_JOB_DEADLINE: '15s' }, submits.filter((row) => row.cells[0].title.includes('429')), inTurn],
    ['silent submits', { BFL_JOB_DEADLINE: '15s' }, submits.filter((row) => row.kind === 'hang'), inTurn],
    ['polls', { BFL_JOB_DEADLINE: '25s' }, rowsAt('poll'), allAtOnce],
    ['downloads', { BFL_JOB_DEADLINE: '50s' }, rowsAt('download'), allAtOnce],
    ['webhooks', { BFL_JOB_DEADLINE: '30s', BFL_WEBHOOKS: 'on' }, rowsAt('webhook'), allAtOnce],
    ['submits with webhooks', { BFL_JOB_DEADLINE: '30s', BFL_WEBHOOKS: 'on' }, rowsAt('submit, with webhooks'), inTurn],
  ];
  for (const [name, env, rows, run] of groups) test(name, () => withServe(env, (client) => run(client, rows)));

  test('no row is left out', () => {
    assert.equal(groups.reduce((count, [, , rows]) => count + rows.length, 0), table.length);
  });
});
