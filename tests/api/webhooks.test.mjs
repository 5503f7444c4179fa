// Events sent to users' servers, received by a real one and checked with the Standard Webhooks library.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { assertIs } from './support/contract.mjs';
import { submitModel, submitTryOn, uploadPair } from './support/journey.mjs';
import { until } from './support/processes.mjs';
import { Receiver } from './support/receiver.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register, withCredits } from './support/users.mjs';

const env = { ALLOW_LOOPBACK_URLS: 'on' };
let emulator, serve;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

async function hooked(t, { events, answer, client } = {}) {
  client ??= await register(serve);
  const receiver = await Receiver.start(answer);
  t.after(() => receiver.stop());
  const made = client.expect(201, await client.post('/webhooks', { url: `${receiver.url}/in`, ...(events && { events }) }));
  return { client, receiver, hook: made.body };
}

const verified = (secret, { body, headers }) => new Webhook(secret).verify(body, headers);
const deliveriesOf = async (client, hook) => (await client.read(`/webhooks/${hook.id}/deliveries`)).items;
const deliveredTo = (client, hook, count = 1) => until(async () => {
  const all = await deliveriesOf(client, hook);
  return all.filter((one) => one.status !== 'pending').length >= count && all;
}, { what: 'deliveries' });

test('a finished job is told, signed, with links that work', async (t) => {
  const { client, receiver, hook } = await hooked(t);
  const job = await submitModel(client);
  const [request] = await receiver.arrived(1);
  assert.equal(request.method, 'POST');
  assert.equal(request.url, '/in');
  assert.equal(request.headers['content-type'], 'application/json');
  const event = verified(hook.secret, request);
  assert.equal(event.type, 'job.succeeded');
  assertIs('WebhookEvent', event);
  assertIs('Job', event.data);
  assert.equal(event.data.id, job.id);
  await client.picture(event.data.resultUrl);
  const [delivery] = await deliveredTo(client, hook);
  assert.equal(delivery.id, request.headers['webhook-id']);
  assert.deepEqual([delivery.event, delivery.status, delivery.jobId], ['job.succeeded', 'delivered', job.id]);
  assert.deepEqual(delivery.attempts.map((attempt) => attempt.status), [204]);
  const metrics = await (await createFromShell(serve, { role: 'admin' })).get('/metrics');
  assert.match(metrics.bytes.toString(), /atelier_webhook_deliveries_total\{outcome="delivered"\} [1-9]/);
});

test('who changes an endpoint is in the audit log, its address is not', async (t) => {
  const { client, hook } = await hooked(t);
  const path = `/webhooks/${hook.id}`;
  client.expect(200, await client.send('PATCH', path,
    { headers: { 'content-type': 'application/json' }, body: '{"enabled":false}' }));
  client.expect(200, await client.post(`${path}/rotate-secret`, {}));
  client.expect(204, await client.delete(path));
  // What changes nothing leaves no line.
  client.expect(404, await client.delete(path), 'not_found');
  const stranger = await register(serve);
  stranger.expect(404, await stranger.post(`${path}/rotate-secret`, {}), 'not_found');
  const admin = await createFromShell(serve, { role: 'admin' });
  const lines = (await admin.read(`/admin/audit?subject=${hook.id}`)).items;
  assert.deepEqual(lines.map(({ action }) => action), ['webhook.remove', 'webhook.rotate', 'webhook.change', 'webhook.create']);
  assert.ok(lines.every(({ actor }) => actor === client.user.id));
  assert.ok(!JSON.stringify(lines).includes('127.0.0.1'));
});

test('failure and cancelation are told, and only what was asked for', async (t) => {
  const all = await hooked(t);
  const some = await hooked(t, { client: all.client, events: ['job.canceled'] });
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.1' }, fault: 'moderate_input' });
  const failed = await all.client.finished((await submitModel(all.client)).id);
  assert.equal(failed.status, 'failed');
  await all.receiver.arrived(1);
  await emulator.change({ latencyMs: 60_000 });
  t.after(() => emulator.change({ latencyMs: 30 }));
  const job = await submitTryOn(all.client, await uploadPair(all.client));
  all.client.expect(200, await all.client.delete(`/tryon/${job.id}`));
  await all.receiver.arrived(2);
  await some.receiver.arrived(1);
  assert.deepEqual(all.receiver.events().map(({ type, data }) => [type, data.id]),
    [['job.failed', failed.id], ['job.canceled', job.id]]);
  assert.deepEqual(some.receiver.events().map(({ type }) => type), ['job.canceled']);
});

test('a job can bring its own address', async (t) => {
  const client = await register(serve);
  const receiver = await Receiver.start();
  t.after(() => receiver.stop());
  const { secret } = await client.read('/webhooks/job-secret');
  const job = await submitModel(client, { webhookUrl: receiver.url });
  const [request] = await receiver.arrived(1);
  assert.equal(verified(secret, request).data.id, job.id);
  const path = `/jobs/${job.id}/deliveries`;
  const [delivery] = await until(async () => {
    const { items } = await client.read(path);
    return items[0]?.status === 'delivered' && items;
  }, { what: 'a delivery' });
  assert.deepEqual([delivery.id, delivery.jobId, delivery.event], [request.headers['webhook-id'], job.id, 'job.succeeded']);
  assert.ok(!('webhookId' in delivery));
  client.expect(202, await client.post(`${path}/${delivery.id}/redeliver`));
  const [, again] = await receiver.arrived(2);
  assert.equal(again.headers['webhook-id'], delivery.id);
  verified(secret, again);
  const other = await register(serve);
  other.expect(404, await other.get(path), 'not_found');
  other.expect(404, await other.post(`${path}/${delivery.id}/redeliver`), 'not_found');
  assert.notEqual((await other.read('/webhooks/job-secret')).secret, secret);
});

test('a receiver that fails is tried again, under the same id', async (t) => {
  const { client, receiver, hook } = await hooked(t, {
    answer: (_request, response, number) => response.writeHead(number === 1 ? 500 : 200).end('the answer'),
  });
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  const [first, second] = await receiver.arrived(2);
  assert.equal(first.headers['webhook-id'], second.headers['webhook-id']);
  verified(hook.secret, second);
  const [delivery] = await deliveredTo(client, hook);
  assert.equal(delivery.event, 'webhook.test');
  assert.deepEqual(delivery.attempts.map(({ status, response }) => [status, response]), [[500, 'the answer'], [200, 'the answer']]);
  const waited = new Date(delivery.attempts[1].at) - new Date(delivery.attempts[0].at);
  assert.ok(waited >= 4_000 && waited < 15_000, `${waited} ms`);
  assert.ok(!('failingSince' in await client.read(`/webhooks/${hook.id}`)));
});

test('a long answer counts by its status, and so does one that never ends', async (t) => {
  const { client, hook } = await hooked(t, {
    answer: (_request, response, number) => {
      response.writeHead(200);
      if (number === 1) return response.end('x'.repeat(1 << 20));
      const more = () => { while (!response.destroyed && response.write('y'.repeat(1 << 16))); };
      response.on('drain', more).on('error', () => {});
      more();
    },
  });
  for (let i = 0; i < 2; ++i) client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  const all = await deliveredTo(client, hook, 2);
  for (const { status, attempts } of all) {
    assert.equal(status, 'delivered');
    assert.deepEqual(attempts.map((attempt) => [attempt.status, attempt.response.length]), [[200, 500]]);
  }
  assert.ok(!('failingSince' in await client.read(`/webhooks/${hook.id}`)));
});

test('a connection that breaks is not one that is silent', async (t) => {
  const { client, hook } = await hooked(t, { answer: (_request, response) => response.destroy() });
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  const [{ attempts: [attempt] }] = await until(async () => {
    const all = await deliveriesOf(client, hook);
    return all[0].attempts.length > 0 && all;
  });
  assert.match(attempt.error, /connection broke/);
  assert.ok(!('status' in attempt));
});

test('an endpoint that moves starts afresh', async (t) => {
  const { client, receiver, hook } = await hooked(t, { answer: (_request, response) => response.writeHead(500).end() });
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  await until(async () => (await client.read(`/webhooks/${hook.id}`)).failingSince, { what: 'the failure to be noted' });
  const moved = client.expect(200, await client.send('PATCH', `/webhooks/${hook.id}`,
    { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ url: `${receiver.url}/new` }) })).body;
  assert.ok(!('failingSince' in moved));
});

test('of many made at once, twenty are', async () => {
  const client = await register(serve);
  const made = await Promise.all(Array.from({ length: 60 }, () => client.post('/webhooks', { url: 'https://shop.example/in' })));
  assert.equal(made.filter(({ status }) => status === 201).length, 20);
  for (const answer of made) if (answer.status !== 201) client.expect(422, answer, 'validation_failed');
  assert.equal((await client.read('/webhooks')).items.length, 20);
});

test('a redirect is not followed, and is a failure', async (t) => {
  const trap = await Receiver.start();
  t.after(() => trap.stop());
  const { client, receiver, hook } = await hooked(t, {
    answer: (_request, response) => response.writeHead(307, { location: `${trap.url}/trap` }).end(),
  });
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  await receiver.arrived(1);
  const [delivery] = await until(async () => {
    const all = await deliveriesOf(client, hook);
    return all[0].attempts.length > 0 && all;
  });
  assert.deepEqual([delivery.status, delivery.attempts[0].status], ['pending', 307]);
  assert.match(delivery.attempts[0].error, /redirects are not followed/);
  assert.equal(delivery.url, hook.url);
  assert.ok(delivery.nextAttemptAt > delivery.attempts[0].at);
  assert.ok((await client.read(`/webhooks/${hook.id}`)).failingSince);
  assert.equal(trap.requests.length, 0);
});

test('410 ends it at once: the endpoint is switched off and says why', async (t) => {
  const { client, receiver, hook } = await hooked(t, { answer: (_request, response) => response.writeHead(410).end() });
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  const [delivery] = await deliveredTo(client, hook);
  assert.deepEqual([delivery.status, delivery.attempts.length], ['failed', 1]);
  const off = await client.read(`/webhooks/${hook.id}`);
  assert.equal(off.enabled, false);
  assert.match(off.disabledReason, /410/);
  client.expect(409, await client.post(`/webhooks/${hook.id}/test`), 'webhook_disabled');
  client.expect(409, await client.post(`/webhooks/${hook.id}/deliveries/${delivery.id}/redeliver`), 'webhook_disabled');
  receiver.answer = (_request, response) => response.writeHead(204).end();
  const on = client.expect(200, await client.send('PATCH', `/webhooks/${hook.id}`,
    { headers: { 'content-type': 'application/json' }, body: '{"enabled":true}' })).body;
  assert.ok(on.enabled && !on.disabledReason);
  receiver.clear();
  client.expect(202, await client.post(`/webhooks/${hook.id}/deliveries/${delivery.id}/redeliver`));
  const [again] = await receiver.arrived(1);
  assert.equal(again.headers['webhook-id'], delivery.id);
  verified(hook.secret, again);
});

test('while a secret is rotated both sign; afterwards only the new one', async (t) => {
  const { client, receiver, hook } = await hooked(t);
  const rotated = client.expect(200, await client.post(`/webhooks/${hook.id}/rotate-secret`, { overlap: 60 })).body;
  assert.notEqual(rotated.secret, hook.secret);
  assert.ok(rotated.previousSecretUntil);
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  const [both] = await receiver.arrived(1);
  verified(hook.secret, both);
  verified(rotated.secret, both);
  const refused = client.expect(409, await client.post(`/webhooks/${hook.id}/rotate-secret`, { overlap: 60 }), 'conflict').body;
  assert.ok(refused.detail.includes(rotated.previousSecretUntil));
  const last = client.expect(200, await client.post(`/webhooks/${hook.id}/rotate-secret`, { overlap: 0 })).body;
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  const [, one] = await receiver.arrived(2);
  verified(last.secret, one);
  for (const old of [hook.secret, rotated.secret]) assert.throws(() => verified(old, one));
});

test('the secret is shown when it is made and never again', async (t) => {
  const { client, hook } = await hooked(t);
  assert.match(hook.secret, /^whsec_/);
  for (const target of [`/webhooks/${hook.id}`, '/webhooks', `/webhooks/${hook.id}/deliveries`])
    assert.ok(!(await client.get(target)).bytes.includes('whsec_'), target);
});

test('few credits are told once', async (t) => {
  const client = await withCredits(serve, 25);
  const { receiver } = await hooked(t, { client, events: ['credits.low'] });
  for (let i = 0; i < 4; ++i) {
    const answer = await client.post('/models/generate', { prompt: 'a person in a plain studio', width: 256, height: 256 });
    if (answer.status !== 202) break;
    await client.finished(answer.body.id);
  }
  assert.ok((await client.read('/credits/balance')).creditsLeft < 10);
  await receiver.arrived(1);
  const [event] = receiver.events();
  assert.equal(event.type, 'credits.low');
  assert.equal(event.data.threshold, 10);
  assert.ok(event.data.creditsLeft < 10);
  assert.equal(receiver.requests.length, 1);
});

test('what ended just before a crash is told after it', async (t) => {
  const own = await startServe({ emulator, env });
  const client = await register(own);
  const receiver = await Receiver.start((_request, response) => response.writeHead(503).end());
  t.after(() => receiver.stop());
  const hook = client.expect(201, await client.post('/webhooks', { url: receiver.url })).body;
  const job = await submitModel(client);
  await receiver.arrived(1);
  await own.kill();
  receiver.answer = (_request, response) => response.writeHead(204).end();
  receiver.clear();
  const again = await startServe({ emulator, env, dataDir: own.dataDir });
  t.after(() => again.stop());
  const [request] = await receiver.arrived(1, 90_000);
  assert.equal(verified(hook.secret, request).data.id, job.id);
});

test('webhooks of others are not there', async (t) => {
  const { client, hook } = await hooked(t);
  client.expect(202, await client.post(`/webhooks/${hook.id}/test`));
  const [delivery] = await deliveredTo(client, hook);
  const stranger = await register(serve);
  const base = `/webhooks/${hook.id}`;
  for (const target of [base, `${base}/deliveries`]) stranger.expect(404, await stranger.get(target), 'not_found');
  stranger.expect(404, await stranger.delete(base), 'not_found');
  const own = (await hooked(t, { client: stranger })).hook;
  for (const target of [`${base}/test`, `${base}/rotate-secret`, `${base}/deliveries/${delivery.id}/redeliver`,
    `/webhooks/${own.id}/deliveries/${delivery.id}/redeliver`])
    stranger.expect(404, await stranger.post(target, undefined), 'not_found');
  const patch = { headers: { 'content-type': 'application/json' }, body: '{"enabled":false}' };
  stranger.expect(404, await stranger.send('PATCH', base, patch), 'not_found');
  assert.deepEqual((await stranger.read('/webhooks')).items.map(({ id }) => id), [own.id]);
  client.expect(204, await client.delete(base));
  client.expect(404, await client.get(base));
});
