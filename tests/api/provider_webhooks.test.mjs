// Webhooks of the image provider: they make jobs finish without waiting for a poll, are believed only with their
// proof, settle nothing on their own, and save a job whose submit was answered into the void.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { freshSeed, submitModel } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { freePort } from './support/services.mjs';
import { register } from './support/users.mjs';

const SUBMIT = '/v1/flux-pro-1.1';

let emulator, serve, client;

before(async () => {
  emulator = await startEmulator({ latencyMs: 200 });
  const listen = `127.0.0.1:${await freePort()}`;
  serve = await startServe({ emulator, listen, env: { BFL_WEBHOOKS: 'on', PUBLIC_URL: `http://${listen}` } });
  client = await register(serve);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

async function succeeds(more = {}) {
  const seed = freshSeed();
  const job = await client.finished((await submitModel(client, { seed, ...more })).id);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  const submits = await emulator.submitsBySeed();
  assert.equal(submits.get(seed), 1, 'one submit');
  await untilNothingHeld(client);
  return job;
}

async function lastWebhookUrl() {
  const [request] = (await emulator.requests(10)).filter(({ path }) => path === SUBMIT);
  return request.body.webhook_url;
}

test('a finished task is told by webhook', async () => {
  const before = await emulator.stats();
  await succeeds();
  assert.ok((await emulator.stats()).webhooksSent > before.webhooksSent);
});

test('a webhook without the secret is refused, one for nobody is not found', async () => {
  await succeeds();
  const path = new URL(await lastWebhookUrl()).pathname;
  const body = { id: 'anything', status: 'Ready' };
  client.expect(401, await serve.anonymous.post(path, body));
  client.expect(401, await serve.anonymous.post(path, body, { 'x-webhook-secret': 'guessed' }));
  client.expect(404, await serve.anonymous.post('/hooks/bfl/not-a-token-of-ours', body));
});

test('a dropped webhook only costs time', async () => {
  await emulator.addFaults({ match: { endpoint: SUBMIT }, fault: 'drop_webhook', times: 1 });
  await succeeds();
});

test('a doubled webhook changes nothing', async () => {
  await emulator.addFaults({ match: { endpoint: SUBMIT }, fault: 'duplicate_webhook', times: 1 });
  await succeeds();
});

test('a task whose submit reply was lost is adopted by its webhook', async () => {
  await emulator.addFaults({ match: { endpoint: SUBMIT }, fault: 'reset', after: true, times: 1 });
  await succeeds();
});

test('the books balance afterwards', async () => {
  await assertBooksBalance(client, 1000);
});
