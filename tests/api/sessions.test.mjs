// What keeps an account signed in, and what ends that: refresh tokens, passwords, API keys.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { withToken } from './support/client.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, freshCredentials, login, register } from './support/users.mjs';

let emulator, serve;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

const refresh = (refreshToken) => serve.anonymous.post('/auth/refresh', { refreshToken });

async function openSession() {
  const credentials = freshCredentials();
  const { body } = serve.anonymous.expect(201, await serve.anonymous.post('/auth/register', credentials));
  return { credentials, session: body };
}

async function makeKey(client, body) {
  const { body: made, headers } = client.expect(201, await client.post('/auth/api-keys', body));
  assert.equal(headers.get('cache-control'), 'no-store');
  return made;
}

test('a refresh token buys new tokens once', async () => {
  const { session } = await openSession();
  const { body } = serve.anonymous.expect(200, await refresh(session.refreshToken));
  assert.equal(body.user.id, session.user.id);
  assert.notEqual(body.refreshToken, session.refreshToken);
  await withToken(serve.url, body.accessToken).read('/auth/me');
});

test('a replaced refresh token ends its whole family', async () => {
  const { session } = await openSession();
  const { body: second } = serve.anonymous.expect(200, await refresh(session.refreshToken));
  serve.anonymous.expect(401, await refresh(session.refreshToken), 'unauthenticated');
  serve.anonymous.expect(401, await refresh(second.refreshToken), 'unauthenticated');
});

test('a mistyped refresh token ends nothing', async () => {
  const { session } = await openSession();
  const mistyped = session.refreshToken.slice(0, -2) + (session.refreshToken.at(-2) === 'A' ? 'B' : 'A') + session.refreshToken.at(-1);
  serve.anonymous.expect(401, await refresh(mistyped), 'unauthenticated');
  serve.anonymous.expect(204, await serve.anonymous.post('/auth/logout', { refreshToken: mistyped }));
  serve.anonymous.expect(200, await refresh(session.refreshToken));
});

test('made-up refresh tokens are refused', async () => {
  for (const token of ['x', 'atr_', `atr_${crypto.randomUUID()}.AAAA`, 'é'.repeat(50)])
    serve.anonymous.expect(401, await refresh(token), 'unauthenticated');
  serve.anonymous.expect(422, await refresh(''), 'validation_failed');
  serve.anonymous.expect(422, await refresh('x'.repeat(257)), 'validation_failed');
  serve.anonymous.expect(422, await serve.anonymous.post('/auth/refresh', { refreshToken: 7 }), 'validation_failed');
});

test('after logout the refresh token is worth nothing, and logging out again is no error', async () => {
  const { session } = await openSession();
  for (const _ of [1, 2])
    serve.anonymous.expect(204, await serve.anonymous.post('/auth/logout', { refreshToken: session.refreshToken }));
  serve.anonymous.expect(401, await refresh(session.refreshToken), 'unauthenticated');
});

test('a new password ends every session and replaces the old one', async () => {
  const { credentials, session } = await openSession();
  const client = withToken(serve.url, session.accessToken);
  const change = (currentPassword, newPassword) => client.post('/auth/password', { currentPassword, newPassword });
  client.expect(401, await change('not the pass phrase', 'a wholly new sentence'), 'invalid_credentials');
  client.expect(422, await change(credentials.password, 'password123'), 'password_too_common');
  client.expect(422, await change(credentials.password, 'short'), 'validation_failed');
  const next = freshCredentials().password;
  client.expect(204, await change(credentials.password, next));
  client.expect(401, await client.get('/auth/me'));
  serve.anonymous.expect(401, await refresh(session.refreshToken), 'unauthenticated');
  serve.anonymous.expect(401, await serve.anonymous.post('/auth/login', credentials), 'invalid_credentials');
  await login(serve, { ...credentials, password: next });
});

test('an API key speaks for its account, is shown once, and ends when it is deleted', async () => {
  const client = await register(serve);
  const made = await makeKey(client, { name: 'shop backend' });
  assert.deepEqual(made.scopes, ['read', 'jobs']);
  assert.ok(made.key.startsWith(made.prefix));
  const program = withToken(serve.url, made.key);
  assert.equal((await program.read('/auth/me')).id, client.user.id);

  const { items } = await client.read('/auth/api-keys');
  assert.deepEqual(items.map(({ id, name, prefix }) => ({ id, name, prefix })), [{ id: made.id, name: made.name, prefix: made.prefix }]);
  assert.ok(items[0].lastUsedAt);
  assert.ok(!('key' in items[0]));

  client.expect(204, await client.delete(`/auth/api-keys/${made.id}`));
  client.expect(404, await client.delete(`/auth/api-keys/${made.id}`), 'not_found');
  program.expect(401, await program.get('/auth/me'), 'unauthenticated');
});

test('a key does no more than its scopes say', async () => {
  const client = await register(serve);
  const reader = withToken(serve.url, (await makeKey(client, { name: 'reader', scopes: ['read'] })).key);
  const preview = { domain: 'clothing', action: 'tryon', variables: { category: 'dress' } };
  reader.expect(200, await reader.post('/config/prompts/preview', preview));
  await reader.read('/credits/balance');
  reader.expect(403, await reader.post('/models/generate', { prompt: 'a woman in a park' }), 'forbidden');
  client.expect(403, await client.post('/auth/api-keys', { name: 'mighty', scopes: ['admin'] }), 'forbidden');
  const admin = await createFromShell(serve, { role: 'admin' });
  await makeKey(admin, { name: 'mighty', scopes: ['admin', 'read'] });
});

test('a key cannot make or end keys, nor change the password', async () => {
  const client = await register(serve);
  const made = await makeKey(client, { name: 'leaked' });
  const thief = withToken(serve.url, made.key);
  const change = { currentPassword: client.password, newPassword: 'a wholly new sentence' };
  thief.expect(403, await thief.post('/auth/api-keys', { name: 'another' }), 'forbidden');
  thief.expect(403, await thief.get('/auth/api-keys'), 'forbidden');
  thief.expect(403, await thief.delete(`/auth/api-keys/${made.id}`), 'forbidden');
  thief.expect(403, await thief.post('/auth/password', change), 'forbidden');
});

test("another account's key is as good as missing", async () => {
  const owner = await register(serve);
  const other = await register(serve);
  const made = await makeKey(owner, { name: 'mine' });
  other.expect(404, await other.delete(`/auth/api-keys/${made.id}`), 'not_found');
  assert.deepEqual((await other.read('/auth/api-keys')).items, []);
});

test('unfit keys are refused with a pointer', async () => {
  const client = await register(serve);
  const cases = [
    [{}, '/name'], [{ name: '' }, '/name'], [{ name: 'x'.repeat(101) }, '/name'], [{ name: 'k', scopes: [] }, '/scopes'],
    [{ name: 'k', scopes: ['root'] }, '/scopes/0'], [{ name: 'k', expiresAt: '2001-01-01T00:00:00.000Z' }, '/expiresAt'],
    [{ name: 'k', requestsPerMinute: 0 }, '/requestsPerMinute'],
    [{ name: 'k', userId: client.user.id }, '/userId'],
  ];
  for (const [body, pointer] of cases) {
    const answer = client.expect(422, await client.post('/auth/api-keys', body), 'validation_failed');
    assert.equal(answer.body.errors[0].pointer, pointer, JSON.stringify(body));
  }
});

test('an account has at most 50 keys, also when many are made at the same time', async () => {
  const client = await register(serve);
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => client.post('/auth/api-keys', { name: `key ${i}` })));
  assert.equal(answers.filter((answer) => answer.status === 201).length, 50);
  for (const answer of answers) if (answer.status !== 201) client.expect(422, answer, 'validation_failed');
  const { items } = await client.read('/auth/api-keys');
  assert.equal(items.length, 50);
  client.expect(204, await client.delete(`/auth/api-keys/${items[7].id}`));
  client.expect(201, await client.post('/auth/api-keys', { name: 'in its place' }));
});
