// What becomes of a job when the provider misbehaves: the documented outcome, one paid submit at most, and books that
// balance. Each fault is followed by a job that must succeed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { boxMask, freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { tempFolder, until } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const SUBMIT = '/v1/flux-pro-1.1';
const POLL = '/v1/get_result';
const PICTURE = '/results';

let emulator, serve, client, settled;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  client = await register(serve);
  settled = 0;
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

async function bookedOut(job) {
  await untilNothingHeld(client);
  settled += job.creditsUsed;
  assert.equal((await client.read('/credits/balance')).creditsLeft, 1000 - settled);
  await assertBooksBalance(client, 1000);
}

async function assertRecovers() {
  await emulator.clearFaults();
  const job = await client.finished((await submitModel(client)).id);
  assert.equal(job.status, 'succeeded', `after the fault: ${JSON.stringify(job.error)}`);
  settled += job.creditsUsed;
}

/** One job under `faults`; returns it when it has ended, with the number of generations that the provider took on. */
async function runUnder(faults, more = {}) {
  const seed = freshSeed();
  await emulator.addFaults(...faults.map(({ endpoint, ...fault }) => ({ match: { endpoint }, ...fault })));
  const job = await client.finished((await submitModel(client, { seed, ...more })).id);
  const submits = await emulator.submitsBySeed();
  for (const [at, count] of submits) assert.equal(count, 1, `seed ${at} was submitted ${count} times`);
  await bookedOut(job);
  await assertRecovers();
  return { job, submits: submits.get(seed) ?? 0 };
}

const survived = [
  ['429 on submit', [{ endpoint: SUBMIT, fault: 'status', status: 429, times: 2 }]],
  ['429 with Retry-After on submit', [{ endpoint: SUBMIT, fault: 'status', status: 429, headers: { 'retry-after': '1' } }]],
  ['a slow answer to the submit', [{ endpoint: SUBMIT, fault: 'latency', latencyMs: 1500 }]],
  ['500 on polls', [{ endpoint: POLL, fault: 'status', status: 500, times: 2 }]],
  ['502 with a page of HTML on polls', [{ endpoint: POLL, fault: 'status', status: 502, body: '<html>bad gateway</html>', contentType: 'text/html' }]],
  ['429 on polls', [{ endpoint: POLL, fault: 'status', status: 429, times: 2 }]],
  ['a poll that is reset', [{ endpoint: POLL, fault: 'reset' }]],
  ['a poll cut off in the middle', [{ endpoint: POLL, fault: 'truncate' }]],
  ['a poll that answers nonsense', [{ endpoint: POLL, fault: 'status', status: 200, body: '{"status":7}' }]],
  ['statuses never heard of', [{ endpoint: POLL, fault: 'unknown_status', times: 3 }]],
  ['a task that is not found for a moment', [{ endpoint: POLL, fault: 'lose_task', times: 2 }]],
  ['a picture cut off in the middle', [{ endpoint: PICTURE, fault: 'truncate' }]],
  ['a picture whose download is reset', [{ endpoint: PICTURE, fault: 'reset' }]],
  ['500 on the download', [{ endpoint: PICTURE, fault: 'status', status: 500 }]],
  ['a link that has expired', [{ endpoint: POLL, fault: 'expire_delivery' }]],
];
for (const [what, faults] of survived) {
  test(`survived: ${what}`, async () => {
    const { job, submits } = await runUnder(faults);
    assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
    assert.equal(submits, 1);
    assert.equal(job.creditsUsed, 4);
  });
}

const ambiguous = [
  ['500 on submit', { fault: 'status', status: 500 }, 0],
  ['503 on submit', { fault: 'status', status: 503 }, 0],
  ['a reset before the task was taken', { fault: 'reset' }, 0],
  ['a reset after the task was taken', { fault: 'reset', after: true }, 1],
  ['an answer cut off after the task was taken', { fault: 'truncate', after: true }, 1],
  ['200 without a task', { fault: 'status', status: 200, body: '{}' }, 0],
];
for (const [what, fault, taken] of ambiguous) {
  test(`never repeated, given back: ${what}`, async () => {
    const { job, submits } = await runUnder([{ endpoint: SUBMIT, ...fault }]);
    assert.deepEqual([job.status, job.error.code, job.error.charged], ['failed', 'provider_ambiguous', false]);
    assert.equal(submits, taken);
  });
}

const failed = [
  ['the input is moderated', [{ endpoint: SUBMIT, fault: 'moderate_input' }], 'provider_moderated_input', 1],
  ['the result is moderated', [{ endpoint: SUBMIT, fault: 'moderate_output', reasons: ['Derivative Works Filter'] }], 'provider_moderated_output', 1],
  ['the task ends in an error', [{ endpoint: SUBMIT, fault: 'error' }], 'provider_failed', 1],
  ['the task is lost for good', [{ endpoint: POLL, fault: 'lose_task', times: -1 }], 'provider_task_lost', 1],
  ['the provider account is empty', [{ endpoint: SUBMIT, fault: 'status', status: 402, body: '{"detail":"Insufficient credits"}' }], 'provider_credits_exhausted', 0],
  ['the key is refused', [{ endpoint: SUBMIT, fault: 'status', status: 403, body: '{"detail":"Not authenticated"}' }], 'provider_unauthorized', 0],
  ['the endpoint is gone', [{ endpoint: SUBMIT, fault: 'status', status: 404, body: '{"detail":"Not Found"}' }], 'provider_endpoint_removed', 0],
  ['a value is refused', [{ endpoint: SUBMIT, fault: 'status', status: 422, body: '{"detail":[{"loc":["body","width"],"msg":"too wide","type":"x"}]}' }], 'provider_rejected', 0],
  ['the picture is none', [{ endpoint: PICTURE, fault: 'status', status: 200, body: '<html>', contentType: 'text/html' }], 'provider_bad_answer', 1],
];
for (const [what, faults, code, taken] of failed) {
  test(`fails as documented and costs nothing: ${what}`, async () => {
    const { job, submits } = await runUnder(faults);
    assert.equal(job.status, 'failed');
    assert.equal(job.error.code, code, job.error.message);
    assert.equal(submits, taken);
    assert.equal(job.samples[0].error.code, code);
  });
}

test('the reasons of a moderation are passed on', async () => {
  const { job } = await runUnder([{ endpoint: SUBMIT, fault: 'moderate_output', reasons: ['Derivative Works Filter'] }]);
  assert.match(job.error.message, /Derivative Works Filter/);
});

test('of several samples each has its own fate', async () => {
  const faults = [{ endpoint: SUBMIT, fault: 'moderate_input' }, { endpoint: SUBMIT, fault: 'error' }];
  const { job } = await runUnder(faults, { numSamples: 4 });
  assert.equal(job.status, 'succeeded');
  const codes = job.samples.filter((sample) => sample.error).map((sample) => sample.error.code).sort();
  assert.equal(job.samples.filter((sample) => sample.status === 'succeeded').length + codes.length, 4);
  assert.ok(codes.every((code) => ['provider_moderated_input', 'provider_failed'].includes(code)), codes.join());
  assert.equal(job.creditsUsed, 4 * (4 - codes.length));
});

test('a try-on whose answer does not fit the photo is not pasted', async () => {
  const pair = await uploadPair(client);
  const tiny = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await emulator.addFaults({ match: { endpoint: PICTURE }, fault: 'status', status: 200, body: tiny.toString('latin1'), contentType: 'image/png' });
  const mask = (await boxMask(480, 640)).toString('base64');
  const job = await client.finished((await submitTryOn(client, pair, { mask })).id);
  assert.deepEqual([job.status, job.error.code], ['failed', 'provider_bad_answer']);
  await bookedOut(job);
  await assertRecovers();
});

// Each of these waits for something slow, so they wait side by side, each with servers of its own.
describe('slow faults', { concurrency: true }, () => {
  async function withOwnServers(use, { dataDir } = {}) {
    const own = { emulator: await startEmulator() };
    try {
      own.serve = await startServe({ emulator: own.emulator, dataDir });
      own.client = await register(own.serve);
      await use(own);
      await untilNothingHeld(own.client);
      await assertBooksBalance(own.client, 1000);
      for (const [seed, count] of await own.emulator.submitsBySeed()) assert.equal(count, 1, `seed ${seed}`);
    } finally {
      await own.serve?.kill();
      await own.emulator.stop();
    }
  }

  test('a poll that hangs is given up and repeated', () => withOwnServers(async (own) => {
    await own.emulator.addFaults({ match: { endpoint: POLL }, fault: 'hang' });
    const job = await own.client.finished((await submitModel(own.client, { seed: 1 })).id);
    assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  }));

  test('a submit that hangs can be canceled at once', () => withOwnServers(async (own) => {
    await own.emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.0-fill' }, fault: 'hang' });
    const pair = await uploadPair(own.client);
    const job = await submitTryOn(own.client, pair, { seed: 1, mask: (await boxMask(480, 640)).toString('base64') });
    await until(async () => (await own.client.read(`/tryon/${job.id}`)).samples[0].status === 'submitting');
    const canceled = own.client.expect(200, await own.client.delete(`/tryon/${job.id}`)).body;
    assert.equal(canceled.status, 'canceled');
  }));

  test('a service killed while a submit hangs does not submit again', () => withOwnServers(async (own) => {
    await own.emulator.addFaults({ match: { endpoint: SUBMIT }, fault: 'hang' });
    const job = await submitModel(own.client, { seed: 1 });
    await until(async () => (await own.client.read(`/jobs/${job.id}`)).samples[0].status === 'submitting');
    const { dataDir } = own.serve;
    await own.serve.kill();
    own.serve = await startServe({ emulator: own.emulator, dataDir });
    own.client.url = own.serve.url;
    const ended = await own.client.finished(job.id);
    assert.deepEqual([ended.status, ended.error.code], ['failed', 'provider_ambiguous']);
    assert.equal((await own.emulator.stats()).submitted, 0);
  }, { dataDir: tempFolder('data') }));

  test('a provider that is away is waited for', () => withOwnServers(async (own) => {
    const { port } = new URL(own.emulator.url);
    await own.emulator.stop();
    const job = await submitModel(own.client, { seed: 1 });
    await until(async () => (await own.client.read(`/jobs/${job.id}`)).status === 'submitting');
    own.emulator = await startEmulator({ listen: `127.0.0.1:${port}` });
    const ended = await own.client.finished(job.id);
    assert.equal(ended.status, 'succeeded', JSON.stringify(ended.error));
    assert.equal((await own.emulator.stats()).submitted, 1);
  }));

  test('links that are always expired end the job', () => withOwnServers(async (own) => {
    await own.emulator.addFaults({ match: { endpoint: POLL }, fault: 'expire_delivery', times: -1 });
    const job = await own.client.finished((await submitModel(own.client, { seed: 1 })).id);
    assert.deepEqual([job.status, job.error.code], ['failed', 'delivery_failed']);
  }));
});
