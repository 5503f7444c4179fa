// What a job leaves behind, and doing it again.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { freshSeed, submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { assertBooksBalance } from './support/ledger.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register, withCredits } from './support/users.mjs';

const UNKNOWN = '01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47';
let emulator, serve, admin;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  admin = await createFromShell(serve, { role: 'admin' });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const recordOf = (client, job) => client.read(`/jobs/${job.id}/record`);
const rerun = (client, job, body = {}, headers) => client.post(`/jobs/${job.id}/rerun`, body, headers);
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

async function rerunToEnd(client, job, body) {
  const again = await client.finished(client.expect(202, await rerun(client, job, body)).body.id);
  assert.equal(again.status, 'succeeded', JSON.stringify(again.error));
  assert.notEqual(again.id, job.id);
  return again;
}

/** A record without what differs between two runs of the same thing. */
const comparable = ({ jobId, samples, ...rest }) => ({ ...rest, samples: samples.map(({ taskIds, ...sample }) => sample) });

test('a try-on leaves a record, and done again from it gives the same picture', async () => {
  const client = await register(serve);
  const pair = await uploadPair(client);
  const job = await client.finished((await submitTryOn(client, pair, { numSamples: 2, guidance: 22, prompt: 'Soft light.' })).id);
  const record = await recordOf(client, job);
  assert.equal(record.step.endpoint, '/v1/flux-pro-1.0-fill');
  assert.match(record.step.prompt, /Soft light\.$/);
  assert.equal(record.step.parameters.guidance, 22);
  assert.deepEqual(record.step.inputs, { person: pair.model.sha256, garment0: pair.garment.sha256 });
  assert.deepEqual(Object.keys(record.step.images), ['image', 'mask']);
  assert.equal(record.samples[0].result, sha256(await client.picture(job.resultUrl)));
  for (const sample of record.samples) {
    assert.equal(sample.taskIds.length, 1);
    assert.ok(Number.isInteger(sample.seed), 'the provider chose one and said which');
  }
  const again = await rerunToEnd(client, job);
  assert.deepEqual(comparable(await recordOf(client, again)), comparable(record));
  await assertBooksBalance(client, 1000);
});

test('both steps of a try-on with a scene are recorded and done again, though the preset is gone', async () => {
  const client = await register(serve);
  const preset = admin.expect(201, await admin.post('/scenes', { name: 'Beach', domain: 'clothing', prompt: 'a wide beach' })).body;
  const job = await client.finished((await submitTryOn(client, await uploadPair(client), { scene: preset.id })).id);
  const record = await recordOf(client, job);
  assert.match(record.samples[0].laterStep.prompt, /new setting: a wide beach\./);
  assert.equal(record.samples[0].taskIds.length, 2);
  admin.expect(204, await admin.delete(`/scenes/${preset.id}`));
  const again = await rerunToEnd(client, job);
  assert.deepEqual(comparable(await recordOf(client, again)), comparable(record));
});

test('a seed of its own makes other pictures from the same step', async () => {
  const client = await register(serve);
  const job = await client.finished((await submitModel(client, { numSamples: 2, seed: freshSeed() })).id);
  const seed = freshSeed();
  const again = await rerunToEnd(client, job, { seed });
  assert.deepEqual(again.samples.map((sample) => sample.seed), [seed, seed + 1]);
  const [before, after] = [await recordOf(client, job), await recordOf(client, again)];
  assert.deepEqual(after.step, before.step);
  assert.notEqual(after.samples[0].result, before.samples[0].result);
  assert.notEqual(again.resultModelId, job.resultModelId, 'each run makes models of its own');
});

test("a rerun keeps the version of the prompts that the job used; a new job takes the domain's newest", async () => {
  const client = await register(serve);
  const post = async (promptText) => admin.expect(201, await admin.post('/config/prompts', { domain: 'pottery', promptText }));
  await post('Old {{prompt}}');
  const job = await client.finished((await submitModel(client, { domain: 'pottery', prompt: 'a jug' })).id);
  await post('New {{prompt}}');
  const again = await rerunToEnd(client, job);
  assert.deepEqual([again.promptVersion, (await recordOf(client, again)).step.prompt], [1, 'Old a jug']);
  const next = await client.finished((await submitModel(client, { domain: 'pottery', prompt: 'a jug' })).id);
  assert.deepEqual([next.promptVersion, (await recordOf(client, next)).step.prompt], [2, 'New a jug']);
});

test('the price is held again; without credits there is no rerun', async () => {
  const client = await withCredits(serve, 8);
  const job = await client.finished((await submitModel(client)).id);
  const answer = client.expect(202, await rerun(client, job));
  assert.equal(answer.headers.get('x-credits-left'), '0');
  assert.equal(answer.body.creditsHeld, 4);
  client.expect(402, await rerun(client, job), 'insufficient_credits');
  await client.finished(answer.body.id);
  await assertBooksBalance(client, 8);
});

test('an Idempotency-Key makes one rerun of many', async () => {
  const client = await register(serve);
  const job = await client.finished((await submitModel(client)).id);
  const key = { 'idempotency-key': 'again-1' };
  const first = client.expect(202, await rerun(client, job, {}, key)).body;
  assert.equal(client.expect(202, await rerun(client, job, {}, key)).body.id, first.id);
  await client.finished(first.id);
});

test('a job that did not succeed can be done again; a body is not needed', async () => {
  const client = await register(serve);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_output' });
  const job = await client.finished((await submitModel(client, { seed: freshSeed() })).id);
  assert.equal(job.status, 'failed');
  const answer = client.expect(202, await client.send('POST', `/jobs/${job.id}/rerun`));
  assert.equal((await client.finished(answer.body.id)).status, 'succeeded');
});

test("what was deleted is not used again, and another account's jobs are not there", async () => {
  const client = await register(serve);
  const pair = await uploadPair(client);
  const job = await client.finished((await submitTryOn(client, pair)).id);
  const stranger = await register(serve);
  for (const who of [stranger, admin]) {
    who.expect(404, await rerun(who, job), 'not_found');
    who.expect(404, await who.get(`/jobs/${job.id}/record`), 'not_found');
  }
  client.expect(404, await rerun(client, { id: UNKNOWN }), 'not_found');
  for (const body of [{ seed: -1 }, { seed: 2 ** 32 }, { engine: 'fill' }])
    client.expect(422, await rerun(client, job, body), 'validation_failed');
  client.expect(204, await client.delete(`/garments/${pair.garment.id}`));
  client.expect(409, await rerun(client, job), 'conflict');
});

test('jobs are listed by kind, status and domain', async () => {
  const client = await register(serve);
  const model = await client.finished((await submitModel(client, { domain: 'interior_design' })).id);
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_input' });
  const failed = await client.finished((await submitModel(client)).id);
  const tryOn = await client.finished((await submitTryOn(client, await uploadPair(client))).id);
  const ids = async (query) => (await client.read(`/jobs?${query}`)).items.map(({ id }) => id);
  assert.deepEqual(await ids('limit=10'), [tryOn.id, failed.id, model.id]);
  assert.deepEqual(await ids('kind=model'), [failed.id, model.id]);
  assert.deepEqual(await ids('kind=model&status=failed'), [failed.id]);
  assert.deepEqual(await ids('domain=interior_design'), [model.id]);
  assert.deepEqual(await ids('status=canceled'), []);
  client.expect(422, await client.get('/jobs?kind=dance'), 'validation_failed');
});
