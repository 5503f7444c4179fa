import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { openapi } from './support/contract.mjs';
import { uploadPair } from './support/journey.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, register } from './support/users.mjs';

const UNKNOWN = '01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47';
let emulator, serve, client, pair;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  client = await register(serve);
  pair = await uploadPair(client);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const json = { 'content-type': 'application/json' };
const sendText = (target, body, headers = json) => client.send('POST', target, { headers, body });

/** The answer to a try-on with changed fields; `raw` is put in as it stands. */
function tryOnWith(field, raw) {
  const body = JSON.stringify({ modelId: pair.model.id, garmentId: pair.garment.id }).slice(0, -1);
  return sendText('/tryon', `${body},"${field}":${raw}}`);
}

const numbers = {
  numSamples: ['-1', '0', '5', '1.5', '1e400', '99999999999999999999', '-9223372036854775809', '"2"', 'true', '[]', '{}', 'null'],
  seed: ['-1', '4294967296', '1.5', '18446744073709551616', '1e30', '"7"', 'false', 'null'],
  guidance: ['1.4', '100.1', '-5', '1e400', '"3"', 'null'],
  steps: ['14', '51', '20.5', '-20', '1e99', 'null'],
  safetyTolerance: ['-1', '7', '0.5', 'null'],
};
for (const [field, values] of Object.entries(numbers)) {
  test(`numbers out of range are refused by name: ${field}`, async () => {
    for (const raw of values) {
      const answer = await tryOnWith(field, raw);
      assert.ok([400, 422].includes(answer.status), `${field}=${raw}: ${answer.title} ${answer.bytes}`);
      if (answer.status === 422) assert.equal(answer.body.errors[0].pointer, `/${field}`, raw);
    }
  });
}

test('sizes of generated pictures that do not fit the grid or the limits', async () => {
  for (const width of [255, 1441, 1472, 500, -256, 0, 256.5, 2 ** 53]) {
    const answer = await client.post('/models/generate', { prompt: 'a tall person in the rain', width });
    client.expect(422, answer, 'validation_failed');
    assert.equal(answer.body.errors[0].pointer, '/width');
  }
});

test('several mistakes are listed together', async () => {
  const body = { modelId: 'x', garmentId: pair.garment.id, numSamples: 9, steps: 0, engine: 7 };
  const answer = client.expect(422, await client.post('/tryon', body), 'validation_failed');
  const pointers = answer.body.errors.map((error) => error.pointer);
  for (const pointer of ['/modelId', '/numSamples', '/steps', '/engine']) assert.ok(pointers.includes(pointer), `${pointers}`);
});

test('what is missing is named', async () => {
  const pointers = async (body) => client.expect(422, await client.post('/tryon', body)).body.errors.map((error) => error.pointer + error.message);
  assert.match((await pointers({ garmentId: pair.garment.id })).join(), /modelId/);
  assert.match((await pointers({ modelId: pair.model.id })).join(), /garmentId/);
});

test('garmentId and garmentIds exclude each other', async () => {
  const body = { modelId: pair.model.id, garmentId: pair.garment.id, garmentIds: [pair.garment.id] };
  client.expect(422, await client.post('/tryon', body), 'validation_failed');
  client.expect(422, await client.post('/tryon', { modelId: pair.model.id, garmentIds: [] }), 'validation_failed');
  const five = Array.from({ length: 5 }, (_, i) => UNKNOWN.slice(0, -1) + i);
  client.expect(422, await client.post('/tryon', { modelId: pair.model.id, garmentIds: five }), 'validation_failed');
});

test('no garment twice, however its id is written', async () => {
  const garmentIds = [pair.garment.id, pair.garment.id.toUpperCase()];
  const answer = client.expect(422, await client.post('/tryon', { modelId: pair.model.id, garmentIds, engine: 'vto' }), 'validation_failed');
  assert.equal(answer.body.errors[0].pointer, '/garmentIds');
});

for (const [target, body, pointer] of [
  ['/tryon', { scene: '   ' }, '/scene'],
  ['/tryon', { prompt: ' \t ' }, '/prompt'],
  ['/scene/change', { prompt: '   ' }, '/prompt'],
  ['/models/generate', { prompt: ' \n ' }, '/prompt'],
  ['/scenes', { name: 'Beach', domain: 'clothing', prompt: ' ' }, '/prompt'],
  ['/credits/grant', { userId: UNKNOWN, amount: 1, reason: '   ' }, '/reason'],
]) {
  test(`words that say nothing are refused: ${pointer.slice(1)} of ${target}`, async () => {
    const admin = await createFromShell(serve, { role: 'admin' });
    const whole = target === '/tryon' ? { modelId: pair.model.id, garmentId: pair.garment.id, ...body } : body;
    const answer = admin.expect(422, await admin.post(target, whole), 'validation_failed');
    assert.equal(answer.body.errors[0].pointer, pointer);
    assert.match(answer.body.errors[0].message, /that says something$/);
  });
}

test('unknown fields are refused by name', async () => {
  const answer = client.expect(422, await tryOnWith('nmuSamples', '2'), 'validation_failed');
  assert.match(JSON.stringify(answer.body.errors), /nmuSamples/);
  const credentials = { email: 'someone-else@example.com', password: 'a long enough sentence', role: 'admin' };
  client.expect(422, await client.post('/auth/register', credentials), 'validation_failed');
});

test('unknown query parameters do no harm', async () => {
  const answer = await client.get('/models?limit=1&colour=red');
  assert.ok([200, 422].includes(answer.status));
});

test('unknown engines, domains, categories and formats are refused', async () => {
  for (const [field, raw] of [['engine', '"photoshop"'], ['domain', '"no_such_domain"'], ['domain', '"No Such"'],
    ['category', '"hat"'], ['outputFormat', '"bmp"']]) {
    const answer = await tryOnWith(field, raw);
    assert.ok([404, 422].includes(answer.status), `${field}=${raw}: ${answer.title}`);
  }
  assert.deepEqual((await client.read('/jobs')).items, []);
});

test('texts of the wrong length or type', async () => {
  for (const raw of ['""', `"${'x'.repeat(4001)}"`, '7', 'null', '["a"]'])
    client.expect(422, await tryOnWith('prompt', raw), 'validation_failed');
});

test('lengths are counted in characters, not bytes', async () => {
  const image = (await import('./support/pictures.mjs')).plain(300, 300);
  const name = '🧥'.repeat(100);
  const answer = await client.post('/models/upload', { imageBase64: (await image).toString('base64'), name });
  assert.equal(client.expect(201, answer).body.name, name);
});

const broken = ['', '{', '{"email":', '{"a":1}x', '[1,]', 'nul', "{'a':1}", '{"a":01}', '{"a":"\u0001"}', '\ufeff'];
test('what is not JSON is refused with 400', async () => {
  for (const body of broken) {
    const answer = await sendText('/auth/login', body);
    assert.ok([400, 422].includes(answer.status), `${JSON.stringify(body)}: ${answer.title}`);
    if (body !== '') assert.match(client.expect(400, answer, 'malformed_json').body.detail, / at byte \d+$/);
  }
});

test('bytes that are not UTF-8 are refused', async () => {
  const body = Buffer.concat([Buffer.from('{"email":"a@b.de","password":"'), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from('"}')]);
  client.expect(400, await sendText('/auth/login', body), 'malformed_json');
});

test('JSON that is no object is refused', async () => {
  for (const body of ['null', '7', '"text"', '[]', 'true']) client.expect(422, await sendText('/auth/login', body), 'validation_failed');
});

test('a field given twice does not smuggle anything', async () => {
  const answer = await sendText('/auth/login', '{"email":"a@example.com","email":7,"password":"x"}');
  assert.ok([400, 401, 422].includes(answer.status), answer.title);
});

test('10 MB of nested JSON cost neither time nor the process', async () => {
  for (const nested of ['['.repeat(10_000_000), '{"a":'.repeat(2_000_000), `{"prompt":${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}}`]) {
    const start = Date.now();
    for (const target of ['/tryon', '/auth/login', '/models/upload']) {
      const answer = await sendText(target, nested);
      assert.ok([400, 413, 422].includes(answer.status), answer.title);
    }
    assert.ok(Date.now() - start < 15_000, `${Date.now() - start} ms`);
  }
  client.expect(200, await client.get('/healthz'));
});

test('bodies that are too large for their route are refused', async () => {
  const long = JSON.stringify({ prompt: 'x'.repeat(3_000_000) });
  client.expect(413, await sendText('/auth/api-keys', long), 'upload_too_large');
  client.expect(413, await sendText('/auth/login', long), 'upload_too_large');
});

test('other content types are refused with 415', async () => {
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonx', 'json', 'multipart/form-data; boundary=x'])
    client.expect(415, await sendText('/tryon', '{}', { 'content-type': type }), 'unsupported_media_type');
});

test('a compressed body is refused with 415 that says so', async () => {
  for (const [coding, body] of [['gzip', zlib.gzipSync('{}')], ['br', zlib.brotliCompressSync('{}')]]) {
    const answer = await client.send('POST', '/tryon', { headers: { 'content-type': 'application/json', 'content-encoding': coding }, body });
    assert.match(client.expect(415, answer, 'unsupported_media_type').body.detail, new RegExp(`Content-Encoding ${coding}`));
  }
});

test('content types are compared as they should be', async () => {
  for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset=UTF-8'])
    client.expect(422, await sendText('/tryon', '{}', { 'content-type': type }));
});

test('what cannot be produced is refused with 406', async () => {
  client.expect(406, await client.get('/models', { accept: 'image/gif' }), 'not_acceptable');
  for (const accept of ['*/*', 'application/*', 'application/json', 'text/html, application/json;q=0.1'])
    client.expect(200, await client.get('/models', { accept }));
});

test('a path that is not there is 404, a method that is not there is 405 with Allow', async () => {
  for (const target of ['/nowhere', '/models/', '/tryon/x/y/z', '/auth', '/Models', '/api/v1/models'])
    client.expect(404, await client.get(target), 'not_found');
  for (const [method, target, allowed] of [['PUT', '/models', 'GET'], ['DELETE', '/tryon', 'GET, POST'], ['PATCH', `/models/${UNKNOWN}`, 'GET, DELETE'],
    ['POST', '/healthz', 'GET'], ['GET', '/auth/login', 'POST'], ['GET', '/models/upload', 'POST']]) {
    const answer = await client.send(method, target);
    client.expect(405, answer, 'method_not_allowed');
    const allow = answer.headers.get('allow').split(/, */).filter((name) => !['HEAD', 'OPTIONS'].includes(name));
    assert.deepEqual(allow.sort(), allowed.split(', ').sort(), target);
  }
});

test('every path of the document refuses what it does not offer', async () => {
  for (const [template, operations] of Object.entries(openapi.paths)) {
    const target = template.replace(/\{key\}/, '0'.repeat(64) + '.jpg').replace(/\{[^}]+\}/g, UNKNOWN);
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      if (operations[method]) continue;
      const answer = await client.send(method.toUpperCase(), target);
      client.expect(405, answer, 'method_not_allowed');
    }
  }
});

test('request ids: fit ones are kept, others replaced', async () => {
  for (const id of ['a', 'A-b_c.9', 'x'.repeat(64)])
    assert.equal((await client.get('/healthz', { 'x-request-id': id })).headers.get('x-request-id'), id);
  for (const id of ['', 'x'.repeat(65), 'a b', 'a;b', '../x', '<script>']) {
    const given = (await client.get('/healthz', { 'x-request-id': id })).headers.get('x-request-id');
    assert.notEqual(given, id);
  }
});

test('odd requests are survived', async () => {
  const odd = ['/models?limit=%', '/models?limit=%zz', '/%', '/models/%00', '/models?' + 'a=1&'.repeat(2000), '/' + 'a'.repeat(6000),
    '/models?cursor=%ff%fe', '/models/%2e%2e', '/models/..', '/?', '//', '/models?limit=1&limit=2'];
  for (const target of odd) {
    const answer = await client.sendRaw('GET', target);
    assert.ok(answer.status < 500, `${target.slice(0, 60)}: ${answer.title}`);
  }
  client.expect(200, await client.get('/healthz'));
});

test('headers beyond all bounds are refused without harm', async () => {
  const answer = await client.sendRaw('GET', '/models', { headers: { 'x-filler': 'x'.repeat(200_000) } }).catch((error) => error);
  if (!(answer instanceof Error)) client.expect(431, answer, 'headers_too_large');
  client.expect(200, await client.get('/healthz'));
});
