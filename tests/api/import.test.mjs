// Pictures fetched from URLs: what is let in, and what each refusal says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as pictures from './support/pictures.mjs';
import { Receiver } from './support/receiver.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const LIMIT = 1024 * 1024;
let emulator, serve, client, shop, image;
const shelf = new Map();

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { ALLOW_LOOPBACK_URLS: 'on', MAX_UPLOAD_BYTES: String(LIMIT) } });
  client = await register(serve);
  image = await pictures.person();
  shop = await Receiver.start((request, response) => shelf.get(new URL(request.url, shop.url).pathname)(request, response));
  const sends = (status, body, headers) => (_request, response) => response.writeHead(status, headers).end(body);
  shelf.set('/photo', sends(200, image, { 'content-type': 'text/plain' }));
  shelf.set('/missing', sends(404, 'no'));
  shelf.set('/empty', sends(200, ''));
  shelf.set('/text', sends(200, 'not a picture', { 'content-type': 'image/jpeg' }));
  shelf.set('/svg', sends(200, pictures.personSvg(400, 400), { 'content-type': 'image/svg+xml' }));
  shelf.set('/moved', sends(302, '', { location: '/photo' }));
  shelf.set('/away', sends(302, '', { location: 'https://169.254.169.254/latest/meta-data/' }));
  shelf.set('/file', sends(302, '', { location: 'file:///etc/passwd' }));
  shelf.set('/named', sends(302, '', { location: 'https://user:pass@shop.example/' }));
  shelf.set('/nowhere', sends(302, ''));
  shelf.set('/round', sends(302, '', { location: '/round' }));
  shelf.set('/large', sends(200, Buffer.alloc(LIMIT + 1)));
  shelf.set('/slow', (_request, response) => response.writeHead(200));
  shelf.set('/endless', (_request, response) => {
    const more = () => response.write(Buffer.alloc(65536), () => response.destroyed || setImmediate(more));
    more();
  });
  shelf.set('/cut', (_request, response) => {
    response.writeHead(200, { 'content-length': image.length });
    response.write(image.subarray(0, 1000), () => response.destroy());
  });
});
after(async () => {
  shop?.stop();
  await serve?.stop();
  await emulator?.stop();
});

const importModel = (url) => client.post('/models/upload', { imageUrl: url });

test('a picture is fetched once, without anything of ours', async () => {
  shop.clear();
  const model = client.expect(201, await client.post('/models/upload', { imageUrl: `${shop.url}/photo`, name: 'Ada' })).body;
  const uploaded = client.expect(201, await client.postForm('/models/upload', { image })).body;
  assert.deepEqual([model.sha256, model.name], [uploaded.sha256, 'Ada']);
  assert.equal(shop.requests.length, 1);
  const { method, headers } = shop.requests[0];
  assert.equal(method, 'GET');
  for (const name of ['authorization', 'cookie', 'referer']) assert.ok(!(name in headers), name);
});

test('garments come by URL as well', async () => {
  const body = { imageUrl: `${shop.url}/photo`, category: 'dress', photoType: 'on_model' };
  assert.equal(client.expect(201, await client.post('/garments/upload', body)).body.category, 'dress');
});

test('a redirect to an allowed place is followed', async () => {
  client.expect(201, await importModel(`${shop.url}/moved`));
});

const refused = [
  ['/missing', 422, 'import_failed', /status 404/],
  ['/empty', 422, 'import_failed', /nothing/],
  ['/text', 415, 'unsupported_media_type', /./],
  ['/svg', 415, 'unsupported_media_type', /./],
  ['/away', 422, 'url_not_allowed', /public address/],
  ['/file', 422, 'url_not_allowed', /https/],
  ['/named', 422, 'url_not_allowed', /credentials/],
  ['/nowhere', 422, 'import_failed', /nowhere/],
  ['/round', 422, 'import_failed', /more than 3 times/],
  ['/large', 413, 'upload_too_large', new RegExp(LIMIT)],
  ['/endless', 413, 'upload_too_large', new RegExp(LIMIT)],
  ['/cut', 422, 'import_failed', /completely/],
];
for (const [path, status, code, detail] of refused) {
  test(`refused: ${path}`, async () => {
    const answer = client.expect(status, await importModel(shop.url + path), code);
    assert.match(answer.body.detail, detail);
    if (code === 'url_not_allowed') assert.equal(answer.body.errors[0].pointer, '/imageUrl');
  });
}

test('an account fetches four pictures at a time, and takes nothing from others', async () => {
  const other = await register(serve);
  shop.clear();
  const slow = Array.from({ length: 4 }, () => importModel(`${shop.url}/slow`));
  await shop.arrived(4);
  const refused = client.expect(429, await importModel(`${shop.url}/photo`), 'rate_limited');
  assert.equal(refused.headers.get('retry-after'), '2');
  other.expect(201, await other.post('/models/upload', { imageUrl: `${shop.url}/photo` }));
  shop.server.closeAllConnections();
  for (const answer of await Promise.all(slow)) client.expect(422, answer, 'import_failed');
  client.expect(201, await importModel(`${shop.url}/photo`));
});

test('a server that is not there', async () => {
  const gone = await Receiver.start();
  gone.stop();
  const answer = client.expect(422, await importModel(gone.url), 'import_failed');
  assert.match(answer.body.detail, /cannot be reached/);
  assert.ok(!answer.body.detail.includes('127.0.0.1'));
});

test('a picture has one source', async () => {
  const imageBase64 = image.toString('base64');
  for (const body of [{ imageUrl: `${shop.url}/photo`, imageBase64 }, { name: 'nobody' }, {}])
    client.expect(422, await client.post('/models/upload', body), 'validation_failed');
});
