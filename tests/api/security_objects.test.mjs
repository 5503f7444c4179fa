// OWASP API1 and API3: other people's objects by id, and fields that are not the caller's to set.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openapi } from './support/contract.mjs';
import { submitTryOn, uploadPair } from './support/journey.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { freshCredentials, register } from './support/users.mjs';

let emulator, serve, owner, thief, ids;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  owner = await register(serve);
  thief = await register(serve);
  const pair = await uploadPair(owner);
  const job = await owner.finished((await submitTryOn(owner, pair)).id);
  const key = owner.expect(201, await owner.post('/auth/api-keys', { name: 'k' })).body;
  const hook = owner.expect(201, await owner.post('/webhooks', { url: 'https://shop.example/in' })).body;
  owner.expect(202, await owner.post(`/webhooks/${hook.id}/test`));
  const delivery = (await owner.read(`/webhooks/${hook.id}/deliveries`)).items[0];
  ids = { modelId: pair.model.id, garmentId: pair.garment.id, jobId: job.id, apiKeyId: key.id, webhookId: hook.id,
    deliveryId: delivery.id };
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

/** A body that passes validation, so that it is the id that is looked at. */
function bodyOf(operation) {
  const content = operation.requestBody?.content?.['application/json'];
  return content && (content.example ?? Object.values(content.examples ?? {})[0]?.value);
}

const owned = Object.entries(openapi.paths).flatMap(([template, methods]) =>
  Object.entries(methods).filter(([method, operation]) => operation.operationId && method !== 'parameters' && !operation['x-role'])
    .map(([method, operation]) => [method.toUpperCase(), template, operation]))
  .filter(([, template]) => /\{(?!key|token|asset|domain)[A-Za-z]+\}/.test(template));

test('the ids of every kind of object are known to this test', () => {
  const names = new Set(owned.flatMap(([, template]) => [...template.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name)));
  assert.ok(owned.length >= 20, `${owned.length} operations`);
  // Users are the administrators' business, scenes are common to all: their own tests look at them.
  for (const name of names) assert.ok(name in ids || ['userId', 'sceneId'].includes(name), `no object for {${name}}`);
});

for (const [method, template, operation] of owned) {
  const names = [...template.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name);
  if (names.some((name) => ['userId', 'sceneId'].includes(name))) continue;
  test(`${method} ${template}: somebody else's is not there`, async () => {
    const query = template.endsWith('/mask') ? '?category=dress' : '';
    const target = template.replace(/\{([A-Za-z]+)\}/g, (_, name) => ids[name]) + query;
    const body = bodyOf(operation);
    const json = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
    thief.expect(404, await thief.send(method, target, json), 'not_found');
  });
}

test('after all that the owner still has everything', async () => {
  for (const target of [`/models/${ids.modelId}`, `/garments/${ids.garmentId}`, `/jobs/${ids.jobId}`, `/webhooks/${ids.webhookId}`])
    await owner.read(target);
  assert.ok((await owner.read('/auth/api-keys')).items.some(({ id }) => id === ids.apiKeyId));
});

test('ids in bodies are the caller\'s own', async () => {
  const own = await uploadPair(thief);
  for (const body of [{ modelId: ids.modelId, garmentId: own.garment.id }, { modelId: own.model.id, garmentId: ids.garmentId },
    { modelId: own.model.id, garmentIds: [own.garment.id, ids.garmentId] }])
    thief.expect(404, await thief.post('/tryon', body), 'not_found');
});

test('nobody makes themselves rich or mighty', async () => {
  for (const more of [{ role: 'admin' }, { creditsLeft: 1e6 }, { credits_left: 1e6 }, { holds: {} }, { id: ids.modelId },
    { sessionEpoch: 0 }, { __proto__: { role: 'admin' } }, { constructor: { role: 'admin' } }]) {
    const body = JSON.stringify({ ...freshCredentials(), ...more, ...(Object.hasOwn(more, '__proto__') && { ['__proto__']: 1 }) });
    const answer = await serve.anonymous.send('POST', '/auth/register', { headers: { 'content-type': 'application/json' }, body });
    if (answer.status === 201) assert.deepEqual([answer.body.user.role, answer.body.user.creditsLeft], ['user', 1000]);
    else serve.anonymous.expect(422, answer, 'validation_failed');
  }
  const extra = { role: 'admin', userId: owner.user.id, creditsHeld: 0, price: 0, status: 'succeeded', settled: true };
  const bodies = {
    '/auth/api-keys': { name: 'k' },
    '/webhooks': { url: 'https://shop.example/' },
    '/models/generate': { prompt: 'a person in a studio' },
    '/tryon': { modelId: ids.modelId, garmentId: ids.garmentId },
  };
  for (const [target, body] of Object.entries(bodies))
    for (const [name, value] of Object.entries(extra))
      thief.expect(422, await thief.post(target, { ...body, [name]: value }), 'validation_failed');
  assert.equal((await thief.read('/auth/me')).role, 'user');
});
