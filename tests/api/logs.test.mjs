// A journey through everything that is secret, with a log that tells the story and gives nothing away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withToken } from './support/client.mjs';
import { boxMask, freshSeed, submitTryOn, uploadPair } from './support/journey.mjs';
import * as pictures from './support/pictures.mjs';
import { until } from './support/processes.mjs';
import { Receiver } from './support/receiver.mjs';
import { assertDiscreet, keepSecret } from './support/secrets.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { freshCredentials, register } from './support/users.mjs';

let emulator, serve, shop;
before(async () => {
  emulator = await startEmulator();
  shop = await Receiver.start();
  serve = await startServe({ emulator, env: { LOG_LEVEL: 'trace', ALLOW_LOOPBACK_URLS: 'on' } });
});
after(async () => {
  shop?.stop();
  await serve?.stop();
  await emulator?.stop();
});

const linesWith = (fields) => serve.entries().filter((entry) => Object.entries(fields).every(([name, value]) => entry[name] === value));

async function journey() {
  const credentials = freshCredentials();
  const client = await register(serve, credentials);
  await serve.anonymous.post('/auth/login', { ...credentials, password: 'not the right one at all' });
  const session = serve.anonymous.expect(200, await serve.anonymous.post('/auth/login', credentials)).body;
  const { body: fresh } = await client.post('/auth/refresh', { refreshToken: session.refreshToken });
  await client.post('/auth/refresh', { refreshToken: session.refreshToken });
  const { body: key } = client.expect(201, await client.post('/auth/api-keys', { name: 'shop' }));
  await withToken(serve.url, key.key).get('/models');
  await withToken(serve.url, `${fresh.accessToken}x`).get('/models');
  const pair = await uploadPair(client);
  const image = (await pictures.person()).toString('base64');
  await client.post('/models/upload', { imageBase64: `data:image/jpeg;base64,${image}` });
  await client.post('/models/upload', { imageBase64: image.slice(0, 3000) });
  await client.post('/models/upload', { imageUrl: `${shop.url}/${'p'.repeat(20)}?token=secret-of-the-shop` });
  const hook = client.expect(201, await client.post('/webhooks', { url: `${shop.url}/in?token=secret-of-the-shop` })).body;
  await client.post(`/webhooks/${hook.id}/rotate-secret`, {});
  await client.read('/webhooks/job-secret');
  keepSecret("the shop's token", 'secret-of-the-shop');
  return { client, pair };
}

test('the whole log of a journey holds no secret, token, password, picture or address of a person', async () => {
  const { client, pair } = await journey();
  const mask = (await boxMask(pair.model.width, pair.model.height)).toString('base64');
  const good = await submitTryOn(client, pair, { prompt: 'a very personal description of Ada Lovelace', mask });
  assert.equal((await client.finished(good.id)).status, 'succeeded');
  await emulator.addFaults({ match: { endpoint: '/v1/flux-pro-1.0-fill' }, fault: 'error' });
  await client.finished((await submitTryOn(client, pair)).id);
  await shop.arrived(2);
  client.expect(204, await client.post('/auth/password', { currentPassword: client.password, newPassword: 'another quite long sentence' }));

  await until(() => linesWith({ jobId: good.id }).length > 0, { what: 'the end of the job in the log' });
  const lines = serve.program.logLines.slice();
  assert.ok(lines.length >= 20, `${lines.length} lines`);
  assertDiscreet(lines, 'serve');
  const shapes = {
    'an e-mail address': /[\w.+-]+@[\w-]+\.[a-z]{2,}/i,
    'a JSON Web Token': /eyJ[\w-]{10,}/,
    'an API key': /atl_[\w-]{8,}/,
    'a refresh token': /atr_[\w-]{8,}/,
    'a webhook secret': /whsec_/,
    'a signature of a link': /[?&]sig=/,
    'an authorization header': /bearer [\w-]/i,
    'base64 of a JPEG, PNG or WebP': /\/9j\/|iVBORw0KGgo|UklGR/,
    'a hash of a password': /\$argon2/,
  };
  for (const [what, shape] of Object.entries(shapes))
    for (const line of lines) assert.doesNotMatch(line, shape, `${what} is in the log`);
});

test('one id leads from the request to the job, to the provider and to the webhook', async () => {
  const { client, pair } = await journey();
  const requestId = `story-${freshSeed()}`;
  const seed = freshSeed();
  const body = { modelId: pair.model.id, garmentId: pair.garment.id, seed };
  const answer = client.expect(202, await client.post('/tryon', body, { 'x-request-id': requestId }));
  const job = await client.finished(answer.body.id);
  assert.equal(job.requestId, requestId);

  const [access] = await until(() => { const found = linesWith({ requestId, route: '/tryon' }); return found.length && found; },
    { what: 'the request in the log' });
  assert.equal(access.status, 202);
  const [ended] = await until(() => { const found = linesWith({ requestId, jobId: job.id, status: 'succeeded' }); return found.length && found; },
    { what: 'the job in the log' });
  const atProvider = (await emulator.requests()).find((one) => one.status === 200 && one.body.seed === seed);
  assert.equal(ended.taskId, atProvider.taskId);
  assert.equal(ended.userId, client.user.id);
  const [accepted] = linesWith({ msg: 'job accepted', requestId });
  assert.deepEqual([accepted.jobId, accepted.userId, accepted.kind], [job.id, client.user.id, 'tryon']);
  const submitted = linesWith({ msg: 'task submitted', requestId });
  assert.deepEqual(submitted.map((line) => [line.jobId, line.userId, line.sample, line.step, line.taskId, line.endpoint]),
    [[job.id, client.user.id, 0, 0, ended.taskId, '/v1/flux-pro-1.0-fill']]);
  for (const msg of ['job leased', 'job let go']) assert.ok(linesWith({ msg, jobId: job.id }).length > 0, msg);
  const polls = linesWith({ msg: 'task polled', jobId: job.id });
  assert.equal(polls.at(-1).state, 'ready');
  const [told] = await until(() => { const found = linesWith({ jobId: job.id, event: 'job.succeeded' }); return found.length && found; },
    { what: 'the webhook in the log' });
  assert.equal(told.outcome, 'delivered');
});

test('every task of a job is in the log, and why a sample or the job failed', async () => {
  const { client, pair } = await journey();
  const endpoint = '/v1/flux-pro-1.0-fill';
  const good = await client.finished((await submitTryOn(client, pair, { numSamples: 3 })).id);
  const [ended] = await until(() => { const found = linesWith({ msg: 'job ended', jobId: good.id }); return found.length && found; },
    { what: 'the job in the log' });
  const tasks = linesWith({ msg: 'task submitted', jobId: good.id }).map(({ taskId }) => taskId);
  assert.equal(new Set(tasks).size, 3);
  assert.deepEqual(ended.taskIds.split(' ').sort(), [...tasks].sort());

  await emulator.addFaults({ match: { endpoint }, fault: 'moderate_input' });
  const bad = await client.finished((await submitTryOn(client, pair)).id);
  assert.equal(bad.status, 'failed');
  const [failed] = await until(() => { const found = linesWith({ msg: 'job ended', jobId: bad.id }); return found.length && found; },
    { what: 'the failed job in the log' });
  assert.deepEqual([failed.code, failed.userId], [bad.error.code, client.user.id]);
  const [call] = linesWith({ msg: 'provider call failed', jobId: bad.id });
  assert.deepEqual([call.requestId, call.endpoint, call.call, call.code], [bad.requestId, endpoint, 'poll', bad.error.code]);
  assert.equal(call.taskId, failed.taskId);
});

test('a key sent as the id of a request is neither logged nor returned', async () => {
  const { client } = await journey();
  const { body: { key } } = client.expect(201, await client.post('/auth/api-keys', { name: 'by mistake' }));
  keepSecret('a key in the wrong header', key);
  const answer = await client.get('/models', { 'x-request-id': key });
  assert.equal(answer.status, 200);
  const id = answer.headers.get('x-request-id');
  assert.match(id, /^[0-9a-f]{24}$/);
  await until(() => linesWith({ requestId: id }).length > 0, { what: 'the request in the log' });
  assertDiscreet(serve.program.logLines.slice(), 'serve');
});
