// Attacks below the API: bytes that no well-behaved client sends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import * as pictures from './support/pictures.mjs';
import { until } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

let emulator, serve, client, address;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
  client = await register(serve);
  const { hostname, port } = new URL(serve.url);
  address = { host: hostname, port: Number(port) };
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

/** Sends bytes as they are; what came back until the server closed, or was silent for `quiet` ms. */
async function raw(bytes, { quiet = 700 } = {}) {
  const socket = net.connect(address);
  await once(socket, 'connect');
  let text = '';
  let timer;
  const silent = new Promise((resolve) => {
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, quiet);
    };
    restart();
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      restart();
    });
    socket.on('close', resolve);
    socket.on('error', resolve);
  });
  socket.write(bytes, 'latin1');
  await silent;
  clearTimeout(timer);
  const closed = socket.closed || socket.readableEnded;
  socket.destroy();
  return { text, closed, statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)) };
}

const HIDDEN = 'GET /docs/errors HTTP/1.1\r\nHost: a\r\n\r\n';
const head = (...lines) => ['POST /auth/login HTTP/1.1', 'Host: a', 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
const chunked = `0\r\n\r\n${HIDDEN}`;
const length = (text) => `Content-Length: ${text.length}`;

const smuggling = {
  'CL.TE': head(length(chunked), 'Transfer-Encoding: chunked') + chunked,
  'TE.CL': head('Transfer-Encoding: chunked', 'Content-Length: 3') + `2\r\n{}\r\n${chunked}`,
  'two lengths in one': head(`Content-Length: 2, ${2 + HIDDEN.length}`) + `{}${HIDDEN}`,
  'a length with a sign': head('Content-Length: +2') + `{}${HIDDEN}`,
  'a length in hexadecimal': head('Content-Length: 0x2') + `{}${HIDDEN}`,
  'a length with a tail': head('Content-Length: 2x') + `{}${HIDDEN}`,
  'a negative length': head('Content-Length: -1') + HIDDEN,
  'an unknown coding': head('Transfer-Encoding: xchunked') + chunked,
  'two codings': head('Transfer-Encoding: chunked, identity') + chunked,
  'a space before the colon': head('Transfer-Encoding : chunked', 'Content-Length: 2') + `{}${HIDDEN}`,
  'a folded header': head('X-Folded: a', ' Transfer-Encoding: chunked', 'Content-Length: 2') + `{}${HIDDEN}`,
  'a chunk size beyond all numbers': head('Transfer-Encoding: chunked') + `fffffffffffffffff\r\n{}\r\n${chunked}`,
  'a chunk size with a letter': head('Transfer-Encoding: chunked') + `2g\r\n{}\r\n${chunked}`,
  'a chunk size in C': head('Transfer-Encoding: chunked') + `0x2\r\n{}\r\n${chunked}`,
  'a chunk size with a sign': head('Transfer-Encoding: chunked') + `+2\r\n{}\r\n${chunked}`,
  'two lines of codings': head('Transfer-Encoding: chunked', 'Transfer-Encoding: identity') + `2\r\n{}\r\n${chunked}`,
  'a coding behind a control character': head('Transfer-Encoding: \u000bchunked') + `2\r\n{}\r\n${chunked}`,
  'no host': head('Content-Length: 2').replace('Host: a\r\n', '') + `{}${HIDDEN}`,
  'a NUL in a header': head('X-Nul: a\u0000b', 'Content-Length: 2') + `{}${HIDDEN}`,
  'a negative chunk size': head('Transfer-Encoding: chunked') + `-1\r\n{}\r\n${chunked}`,
};
for (const [shape, bytes] of Object.entries(smuggling)) {
  test(`request smuggling: ${shape}`, async () => {
    const { text, statuses } = await raw(bytes);
    assert.ok(statuses.length <= 1, `${statuses.length} answers to one request: ${statuses}`);
    assert.ok(statuses.every((status) => (status >= 400 && status < 500) || status === 501), text.slice(0, 300));
    assert.ok(!text.includes('<h1>Errors'), 'the hidden request was answered');
    client.expect(200, await client.get('/healthz'));
  });
}

test('pipelined requests are told apart, so that the test above means something', async () => {
  const { statuses, text } = await raw(head('Content-Length: 2') + `{}${HIDDEN}`);
  assert.deepEqual(statuses, [422, 200]);
  assert.match(text, /<h1>Errors/);
});

test('no line can be put into an answer: request ids, names, redirects of the path', async () => {
  for (const id of ['a%0d%0aset-cookie:x=1', 'a\tb', 'a\u0000b', 'a;b', 'a\u000bset-cookie: x=1']) {
    const { text } = await raw(`GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\n\r\n`);
    assert.doesNotMatch(text, /set-cookie/i);
  }
  for (const target of ['/models/%0d%0aset-cookie:x=1', '/files/%0d%0aset-cookie:x=1?exp=1&sig=a', '/%0d%0aset-cookie:x=1', '/docs/a%0d%0ab'])
    assert.doesNotMatch((await raw(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).text, /^set-cookie/im);
  const name = 'Ada\r\nSet-Cookie: x=1';
  const answer = await client.postForm('/models/upload', { image: await pictures.plain(300, 300), name });
  assert.ok(!answer.headers.has('set-cookie'));
  if (answer.status === 201) {
    assert.equal(answer.body.name, name);
    assert.ok(!(await client.get(`/models/${answer.body.id}`)).headers.has('set-cookie'));
  }
});

test('a name with a line break stays on its line of the log', async () => {
  await client.post('/webhooks', { url: 'https://shop.example/\r\n{"level":"fatal","message":"forged"}' });
  await client.get('/models?limit=%0a%7B%22level%22%3A%22fatal%22%7D', { 'x-request-id': 'a{"level":"fatal"}' });
  await until(() => serve.entries().some((entry) => entry.status === 422), { what: 'the access log' });
  assert.ok(serve.entries().every((entry) => entry.level !== 'fatal'));
});

test('slow clients cost a connection, not the service', async () => {
  const sockets = Array.from({ length: 200 }, () => net.connect(address));
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const answered = [];
    sockets.forEach((socket, i) => socket.on('data', (data) => { if (i % 2 === 0) answered.push(String(data)); }));
    sockets.forEach((socket, i) => socket.write(i % 2 ? 'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ' : head('Content-Length: 1000') + '{'));
    const begun = Date.now();
    for (let i = 0; i < 50; ++i) client.expect(200, await client.get('/healthz'));
    assert.ok(Date.now() - begun < 5_000);
    // Half a header and half a body are given 15 seconds, then the connection goes.
    await Promise.all(sockets.map(async (socket) => {
      socket.on('error', () => {});
      socket.resume();
      if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(40_000) });
    }));
    assert.ok(Date.now() - begun > 5_000);
    assert.equal(answered.length, sockets.length / 2);
    assert.ok(answered.every((text) => text.startsWith('HTTP/1.1 408') && text.includes('"code":"timeout"')), answered[0]);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

test('headers beyond all bounds, many or long, are refused', async () => {
  const many = Array.from({ length: 5000 }, (_, i) => `X-${i}: a`).join('\r\n');
  for (const lines of [`X-Long: ${'a'.repeat(100_000)}`, many, `Cookie: ${'a=b; '.repeat(20_000)}`]) {
    const { statuses } = await raw(`GET /healthz HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n`);
    assert.ok(statuses.length <= 1 && statuses.every((status) => status >= 400 && status < 500), String(statuses));
  }
  const { statuses } = await raw(`GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
  assert.ok(statuses.every((status) => status >= 400 && status < 500), String(statuses));
  client.expect(200, await client.get('/healthz'));
});

test('every kind of answer tells browsers to be careful', async () => {
  const model = client.expect(201, await client.postForm('/models/upload', { image: await pictures.plain(300, 300) })).body;
  const answers = [await client.get('/healthz'), await client.get('/models'), await client.get('/nothing'), await client.get('/docs'),
    await client.get('/openapi.json'), await serve.anonymous.get('/models'), await serve.anonymous.get(model.url)];
  for (const { title, headers } of answers) {
    assert.equal(headers.get('x-content-type-options'), 'nosniff', title);
    assert.equal(headers.get('x-frame-options'), 'DENY', title);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', title);
    assert.ok(!headers.has('server') && !headers.has('x-powered-by'), `${title} says what it runs on`);
  }
  for (const target of ['/docs', model.url])
    assert.match((await serve.anonymous.get(target)).headers.get('content-security-policy'), /default-src 'none'/);
});

const SCRIPT = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>';
const polyglots = {
  'a JPEG with a page behind it': async () => Buffer.concat([await pictures.person(), Buffer.from(`<html>${SCRIPT}</html>`)]),
  'a PNG with a page behind it': async () => Buffer.concat([await pictures.person({ format: 'png' }), Buffer.from(SCRIPT)]),
  'a GIF that is also a script': async () => {
    const gif = await pictures.animatedGif();
    return Buffer.concat([gif, Buffer.from('/*'), Buffer.from(SCRIPT), Buffer.from('*/=1;alert(1)')]);
  },
  'a JPEG with an archive behind it': async () => Buffer.concat([await pictures.person(), Buffer.from('PK\x03\x04payload.php<?php system(1); ?>')]),
};
for (const [what, make] of Object.entries(polyglots)) {
  test(`polyglot: ${what} becomes a plain picture or nothing`, async () => {
    const answer = await client.postForm('/models/upload', { image: await make(), filename: 'a.svg', type: 'image/svg+xml' });
    if (answer.status !== 201) return void assert.ok([415, 422].includes(answer.status), answer.title);
    const kept = await serve.anonymous.get(answer.body.url);
    assert.match(kept.type, /^image\/(jpeg|png|webp)$/);
    for (const trace of ['<svg', '<script', 'alert(1)', '<?php', 'PK\x03\x04']) assert.ok(!kept.bytes.includes(trace), trace);
  });
}

const documents = {
  SVG: SCRIPT,
  'SVG behind spaces': `\n\n   ${SCRIPT}`,
  'SVG that includes a file': '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
  MVG: 'push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 "https://127.0.0.1/x"\npop graphic-context',
  'a list of files': '/etc/passwd\n',
  PDF: '%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj',
  'a Matlab file': `MATLAB 5.0 MAT-file${' '.repeat(200)}`,
  'a FITS file': `SIMPLE  =                    T${' '.repeat(2850)}`,
};
for (const [what, text] of Object.entries(documents)) {
  test(`no loader for ${what}`, async () => {
    client.expect(415, await client.postForm('/models/upload', { image: Buffer.from(text) }), 'unsupported_media_type');
    const body = { imageBase64: `data:image/png;base64,${Buffer.from(text).toString('base64')}` };
    client.expect(415, await client.post('/models/upload', body), 'unsupported_media_type');
  });
}
