// Which pages of other origins a browser lets talk to the service (Fetch standard, CORS).
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { startEmulator, startServe } from './support/servers.mjs';

const KNOWN = 'https://shop.example';
const OTHERS = ['https://evil.example', 'http://shop.example', 'https://shop.example.evil.example', 'null'];

let emulator, serve;

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { CORS_ORIGINS: KNOWN } });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

function ask(url, method, target, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(target, url), { method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
    });
    request.on('error', reject);
    request.end();
  });
}

const preflight = (origin) =>
  ask(serve.url, 'OPTIONS', '/tryon', { origin, 'access-control-request-method': 'POST' });

test('a known origin may read answers, errors among them', async () => {
  for (const target of ['/healthz', '/auth/me', '/nowhere']) {
    const { headers } = await ask(serve.url, 'GET', target, { origin: KNOWN });
    assert.equal(headers['access-control-allow-origin'], KNOWN, target);
    assert.match(headers.vary, /origin/i);
    assert.match(headers['access-control-expose-headers'], /x-request-id/);
  }
});

test('a page may send and read every header of the document', async () => {
  const { openapi } = await import('./support/contract.mjs');
  const sent = new Set(), told = new Set();
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (node.in === 'header' && !node.name.startsWith('webhook-')) sent.add(node.name.toLowerCase());
    if (node.description && node.headers) for (const name of Object.keys(node.headers)) told.add(name.toLowerCase());
    Object.values(node).forEach(walk);
  };
  walk(openapi);
  // Scripts cannot see how they would authenticate, and need not see that ranges are possible.
  for (const name of ['www-authenticate', 'accept-ranges']) told.delete(name);
  const names = (list) => list.split(', ');
  const allowed = names((await preflight(KNOWN)).headers['access-control-allow-headers']);
  assert.deepEqual([...sent].filter((name) => !allowed.includes(name)), []);
  const { headers } = await ask(serve.url, 'GET', '/healthz', { origin: KNOWN });
  const exposed = names(headers['access-control-expose-headers']);
  assert.deepEqual([...told, 'content-disposition'].filter((name) => !exposed.includes(name)), []);
});

test('other origins may not', async () => {
  for (const origin of OTHERS) {
    const { headers } = await ask(serve.url, 'GET', '/healthz', { origin });
    assert.equal(headers['access-control-allow-origin'], undefined, origin);
  }
});

test('a preflight tells a known origin what it may send', async () => {
  const { statusCode, headers } = await preflight(KNOWN);
  assert.equal(statusCode, 204);
  assert.equal(headers['access-control-allow-origin'], KNOWN);
  assert.match(headers['access-control-allow-methods'], /POST/);
  assert.match(headers['access-control-allow-headers'], /authorization/);
});

test('a preflight tells other origins nothing', async () => {
  for (const origin of OTHERS) {
    const { headers } = await preflight(origin);
    assert.equal(headers['access-control-allow-origin'], undefined, origin);
    assert.equal(headers['access-control-allow-methods'], undefined, origin);
  }
});

test('cookies are neither set nor wanted', async () => {
  const { headers } = await ask(serve.url, 'GET', '/healthz', { origin: KNOWN });
  assert.equal(headers['set-cookie'], undefined);
  assert.equal(headers['access-control-allow-credentials'], undefined);
});
