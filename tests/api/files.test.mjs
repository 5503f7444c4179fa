import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person } from './support/pictures.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

let emulator, serve, anyone, model, whole;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  anyone = serve.anonymous;
  const client = await register(serve);
  model = client.expect(201, await client.postForm('/models/upload', { image: await person() })).body;
  whole = await anyone.picture(model.url);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

/** The link with changes to its parts. */
function changed({ key = (old) => old, exp = (old) => old, sig = (old) => old }) {
  const url = new URL(model.url);
  url.pathname = '/files/' + key(url.pathname.slice('/files/'.length));
  url.searchParams.set('exp', exp(url.searchParams.get('exp')));
  url.searchParams.set('sig', sig(url.searchParams.get('sig')));
  return url.href;
}

test('a signed link needs no account and may be kept for ever', async () => {
  const answer = anyone.expect(200, await anyone.get(model.url));
  assert.equal(answer.type, model.contentType);
  assert.match(answer.headers.get('cache-control'), /immutable/);
  assert.equal(answer.headers.get('accept-ranges'), 'bytes');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.ok(answer.headers.get('etag'));
});

test('an ETag is answered with 304', async () => {
  const etag = (await anyone.get(model.url)).headers.get('etag');
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = anyone.expect(304, await anyone.get(model.url, { 'if-none-match': header }));
    assert.equal(answer.headers.get('etag'), etag);
  }
  anyone.expect(200, await anyone.get(model.url, { 'if-none-match': '"other"' }));
});

const size = () => whole.length;
const ranges = [
  ['the beginning', () => ['bytes=0-99', 0, 100]],
  ['one byte', () => ['bytes=5-5', 5, 6]],
  ['from the middle on', () => [`bytes=${size() - 10}-`, size() - 10, size()]],
  ['the last bytes', () => ['bytes=-7', size() - 7, size()]],
  ['more than there is', () => [`bytes=10-${size() * 2}`, 10, size()]],
  ['a suffix longer than the file', () => [`bytes=-${size() * 2}`, 0, size()]],
];
for (const [what, make] of ranges) {
  test(`a range: ${what}`, async () => {
    const [range, from, to] = make();
    const answer = anyone.expect(206, await anyone.get(model.url, { range }));
    assert.equal(answer.headers.get('content-range'), `bytes ${from}-${to - 1}/${size()}`);
    assert.ok(answer.bytes.equals(whole.subarray(from, to)));
  });
}

test('a range behind the end is refused', async () => {
  for (const range of [`bytes=${size()}-`, `bytes=${size() * 2}-${size() * 3}`, 'bytes=-0']) {
    const answer = anyone.expect(416, await anyone.get(model.url, { range }), 'range_not_satisfiable');
    assert.equal(answer.headers.get('content-range'), `bytes */${size()}`);
  }
});

test('If-Range: a part of this picture only, else the whole', async () => {
  const etag = (await anyone.get(model.url)).headers.get('etag');
  const range = 'bytes=0-99';
  assert.equal(anyone.expect(206, await anyone.get(model.url, { range, 'if-range': etag })).bytes.length, 100);
  for (const other of ['"other"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT', '*']) {
    const answer = anyone.expect(200, await anyone.get(model.url, { range, 'if-range': other }));
    assert.ok(answer.bytes.equals(whole), other);
  }
  anyone.expect(200, await anyone.get(model.url, { range: `bytes=${size()}-`, 'if-range': '"other"' }));
});

test('a range that makes no sense is ignored', async () => {
  for (const range of ['bytes=9-3', 'bytes=a-b', 'pixels=0-9', 'bytes=', 'bytes=0-1,4-5', 'bytes=99999999999999999999-']) {
    const answer = await anyone.get(model.url, { range });
    assert.ok([200, 416].includes(answer.status), `${range}: ${answer.title}`);
    if (answer.status === 200) assert.ok(answer.bytes.equals(whole));
  }
});

test('links are made afresh at every read and expire within an hour', async () => {
  const exp = Number(new URL(model.url).searchParams.get('exp'));
  const left = exp - Date.now() / 1000;
  assert.ok(left > 3000 && left <= 3600, `${left} s`);
});

test('a link whose time, key or signature was changed is refused', async () => {
  const flip = (text) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
  const otherKey = (key) => (key[0] === '0' ? '1' : '0') + key.slice(1);
  const forged = [{ exp: (e) => String(Number(e) + 1) }, { exp: (e) => String(Number(e) - 7200) }, { exp: () => '0' },
    { exp: () => '-1' }, { exp: () => '99999999999999999999' }, { exp: () => 'x' }, { sig: flip }, { sig: () => 'x' },
    { sig: (s) => s + 'A' }, { sig: (s) => s.slice(0, -1) }, { key: otherKey }, { exp: (e) => ` ${e}` }, { exp: (e) => `0${e}` }];
  for (const part of forged) {
    const answer = await anyone.get(changed(part));
    anyone.expect(403, answer, 'forbidden');
  }
});

test('a link without its parameters is refused', async () => {
  const { pathname } = new URL(model.url);
  for (const target of [pathname, `${pathname}?exp=9999999999`, `${pathname}?sig=abc`, `${pathname}?exp=&sig=`]) {
    const answer = await anyone.get(target);
    assert.ok([403, 422].includes(answer.status), answer.title);
  }
});

test('no way out of the folder', async () => {
  const { search } = new URL(model.url);
  const ways = ['/files/../../../../etc/passwd', '/files/..%2f..%2f..%2fetc%2fpasswd', '/files/%2e%2e/%2e%2e/jwt-secret',
    '/files/....//....//jwt-secret', '/files//etc/passwd', '/files/%00', '/files/..', '/files/.', '/files/',
    '/files/..\\..\\jwt-secret', '/files/%252e%252e%252fjwt-secret', '/../jwt-secret', '//etc/passwd'];
  for (const way of ways) {
    const answer = await anyone.sendRaw('GET', way + search);
    assert.ok([400, 403, 404, 422].includes(answer.status), answer.title);
    assert.ok(!answer.bytes.includes('root:'));
  }
});

test('keys in another form are not found', async () => {
  const { search, pathname } = new URL(model.url);
  const key = pathname.slice('/files/'.length);
  for (const other of [key.toUpperCase(), key + '.png', key.replace(/\.\w+$/, ''), key.replace(/\.\w+$/, '.exe'), 'x']) {
    const answer = await anyone.get(`/files/${other}${search}`);
    assert.ok([403, 404, 422].includes(answer.status), answer.title);
  }
});
