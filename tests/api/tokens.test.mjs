import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { withToken } from './support/client.mjs';
import { until } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const KEY = 'a-key-of-the-tests-long-enough-for-HS256';
let emulator, serve, user, payload;

const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const sign = (text, key = KEY, hash = 'sha256') => crypto.createHmac(hash, key).update(text).digest('base64url');

/** A token made by hand: what the service would issue, with changes. */
function forge({ header = {}, claims = {}, key, hash } = {}) {
  const text = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode({ ...payload, ...claims })}`;
  return `${text}.${sign(text, key, hash)}`;
}

async function assertRefused(token, code = 'unauthenticated') {
  const client = withToken(serve.url, token);
  const answer = client.expect(401, await client.get('/auth/me'), code);
  assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
}

before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { JWT_SECRET: KEY } });
  user = await register(serve);
  payload = JSON.parse(Buffer.from(user.token.split('.')[1], 'base64url'));
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

test('a token made with the right key and claims is accepted, so that the refusals below mean something', async () => {
  const client = withToken(serve.url, forge());
  assert.equal((await client.read('/auth/me')).id, user.user.id);
});

test('no credentials', async () => {
  serve.anonymous.expect(401, await serve.anonymous.get('/auth/me'), 'unauthenticated');
});

test('other schemes and broken headers', async () => {
  for (const authorization of ['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', user.token, `Bearer  ${user.token} x`]) {
    const answer = await serve.anonymous.get('/auth/me', { authorization });
    serve.anonymous.expect(401, answer, 'unauthenticated');
  }
});

test('the scheme is read in any letter case', async () => {
  serve.anonymous.expect(200, await serve.anonymous.get('/auth/me', { authorization: `bearer ${user.token}` }));
});

test('malformed tokens', async () => {
  const [head, body, signature] = user.token.split('.');
  const broken = ['x', 'a.b.c', `${head}.${body}`, `${head}.${body}.`, `${head}..${signature}`, `.${body}.${signature}`,
    `${head}.${body}.${signature}.${signature}`, `${head}.${body}.${signature}=`, `${head}.!!.${signature}`,
    `${encode('not json')}.${body}.${signature}`, `${encode('[]')}.${body}.${signature}`, 'x'.repeat(6000)];
  for (const token of broken) await assertRefused(token);
});

test('an expired token says so', async () => {
  await assertRefused(forge({ claims: { exp: Math.floor(Date.now() / 1000) - 1 } }), 'token_expired');
});

test('a token that was good expires', async () => {
  const token = forge({ claims: { exp: Math.floor(Date.now() / 1000) + 2 } });
  const client = withToken(serve.url, token);
  client.expect(200, await client.get('/auth/me'));
  await until(async () => (await client.get('/auth/me')).status === 401, { within: 5000 });
  await assertRefused(token, 'token_expired');
});

test('alg none, in every spelling, with and without a signature', async () => {
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
    const text = `${encode({ alg, typ: 'JWT' })}.${encode(payload)}`;
    await assertRefused(`${text}.`);
    await assertRefused(`${text}.${sign(text)}`);
    await assertRefused(text);
  }
});

test('other algorithms, even when rightly signed with our key', async () => {
  await assertRefused(forge({ header: { alg: 'HS512' }, hash: 'sha512' }));
  await assertRefused(forge({ header: { alg: 'HS384' }, hash: 'sha384' }));
  await assertRefused(forge({ header: { alg: 'RS256' } }));
  await assertRefused(forge({ header: { alg: ['HS256'] } }));
});

test('another key', async () => {
  await assertRefused(forge({ key: 'another key, just as long as the right one' }));
  await assertRefused(forge({ key: '' }));
});

test('another issuer or audience, or none', async () => {
  await assertRefused(forge({ claims: { iss: 'somebody-else' } }));
  await assertRefused(forge({ claims: { iss: undefined } }));
  await assertRefused(forge({ claims: { aud: 'another-service' } }));
  await assertRefused(forge({ claims: { aud: undefined } }));
});

test('no expiry, no subject, an unknown subject', async () => {
  await assertRefused(forge({ claims: { exp: undefined } }));
  await assertRefused(forge({ claims: { exp: 'tomorrow' } }));
  await assertRefused(forge({ claims: { sub: undefined } }));
  await assertRefused(forge({ claims: { sub: 'admin' } }));
  await assertRefused(forge({ claims: { sub: '01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47' } }));
});

test('a changed payload under an old signature', async () => {
  const [head, , signature] = user.token.split('.');
  await assertRefused(`${head}.${encode({ ...payload, sub: '01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47' })}.${signature}`);
});

test('credentials in the address are not looked at', async () => {
  const answer = await serve.anonymous.get(`/credits/balance?access_token=${user.token}`);
  assert.ok([401, 422].includes(answer.status), answer.title);
});

test('everything that is not public wants a token', async () => {
  const { openapi } = await import('./support/contract.mjs');
  const id = '01938f5e-7c1a-7d4e-9b3a-2f6c8d1e0a47';
  for (const [template, operations] of Object.entries(openapi.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (!operation.responses || operation.security?.length === 0) continue;
      const target = template.replace(/\{[^}]+\}/g, id);
      const answer = await serve.anonymous.send(method.toUpperCase(), target, {
        headers: method === 'post' ? { 'content-type': 'application/json' } : {},
        body: method === 'post' ? '{}' : undefined,
      });
      serve.anonymous.expect(401, answer, 'unauthenticated');
    }
  }
});
