// Scene presets: prepared by administrators, seen by everyone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { plain } from './support/pictures.mjs';
import { runOn, startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register } from './support/users.mjs';

let emulator, serve, admin, client;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { ALLOW_LOOPBACK_URLS: 'on' } });
  admin = await createFromShell(serve, { role: 'admin' });
  client = await register(serve);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

let made = 0;
const fields = (more) => ({ name: `Scene ${++made}`, domain: 'clothing', ...more });
const create = async (more) => admin.expect(201, await admin.post('/scenes', fields(more)));
const names = async (query) => (await client.read(`/scenes${query}`)).items.map(({ name }) => name);

test('a preset is made, read by everyone and taken away', async () => {
  const answer = await create({ name: 'Beach', prompt: 'a wide beach at sunset' });
  const scene = answer.body;
  assert.deepEqual({ ...scene, id: 0, createdAt: 0 }, { id: 0, name: 'Beach', domain: 'clothing', prompt: 'a wide beach at sunset', createdAt: 0 });
  assert.deepEqual(await client.read(answer.headers.get('location')), scene);
  assert.deepEqual((await client.read('/scenes?domain=clothing')).items, [scene]);
  admin.expect(204, await admin.send('DELETE', `/scenes/${scene.id}`));
  admin.expect(404, await admin.send('DELETE', `/scenes/${scene.id}`), 'not_found');
  client.expect(404, await client.get(`/scenes/${scene.id}`), 'not_found');
  assert.deepEqual(await names(''), []);
});

test('its picture comes as base64, in a form or from a URL, and is stored like any other', async (t) => {
  const image = await plain(300, 400);
  const json = (await create({ imageBase64: image.toString('base64') })).body;
  const form = admin.expect(201, await admin.postForm('/scenes', fields({ image }))).body;
  for (const scene of [json, form]) {
    assert.ok((await client.picture(scene.url)).length > 0);
    assert.equal(scene.prompt, undefined);
  }
  const host = http.createServer((_request, response) => response.end(image)).listen(0, '127.0.0.1');
  await once(host, 'listening');
  t.after(() => host.close());
  const imageUrl = `http://127.0.0.1:${host.address().port}/place.png`;
  const fetched = (await create({ imageUrl })).body;
  assert.deepEqual(await client.picture(fetched.url), await client.picture(json.url));
  const both = admin.expect(422, await admin.post('/scenes', fields({ imageUrl, imageBase64: image.toString('base64') })), 'validation_failed');
  assert.equal(both.body.errors[0].pointer, '/imageUrl');
  admin.expect(422, await admin.post('/scenes', fields({ imageUrl: 'http://10.0.0.1/a.png' })), 'url_not_allowed');
  admin.expect(415, await admin.post('/scenes', fields({ imageBase64: Buffer.from('no picture').toString('base64') })), 'unsupported_media_type');
});

test('lists are filtered by domain and paged', async () => {
  for (const name of ['one', 'two', 'three']) await create({ name, domain: 'interior_design' });
  assert.deepEqual(await names('?domain=interior_design'), ['three', 'two', 'one']);
  const first = await client.read('/scenes?domain=interior_design&limit=2');
  assert.deepEqual(first.items.map(({ name }) => name), ['three', 'two']);
  assert.deepEqual(await names(`?domain=interior_design&cursor=${first.nextCursor}`), ['one']);
  assert.deepEqual(await names('?domain=nothing'), []);
});

test('a name is free once per domain', async () => {
  await create({ name: 'Forest' });
  admin.expect(409, await admin.post('/scenes', fields({ name: 'Forest' })), 'conflict');
  await create({ name: 'Forest', domain: 'interior_design' });
  const racing = await Promise.all(Array.from({ length: 8 }, () => admin.post('/scenes', fields({ name: 'Race' }))));
  assert.deepEqual(racing.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
});

test('unfit presets and unfit people are refused', async () => {
  client.expect(403, await client.post('/scenes', fields()), 'forbidden');
  const { id } = (await create()).body;
  client.expect(403, await client.send('DELETE', `/scenes/${id}`), 'forbidden');
  serve.anonymous.expect(401, await serve.anonymous.get('/scenes'), 'unauthenticated');
  const unknown = admin.expect(422, await admin.post('/scenes', fields({ domain: 'nothing' })), 'validation_failed');
  assert.equal(unknown.body.errors[0].pointer, '/domain');
  for (const body of [{ name: undefined }, { domain: undefined }, { name: '' }, { domain: 'X' }, { prompt: '' },
    { prompt: 'x'.repeat(4001) }, { url: 'https://example.com' }])
    admin.expect(422, await admin.post('/scenes', fields(body)), 'validation_failed');
  const audit = await runOn(serve, ['audit', 'verify']);
  assert.equal(audit.code, 0, audit.log);
});
