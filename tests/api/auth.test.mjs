import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startEmulator, startServe } from './support/servers.mjs';
import { createFromShell, freshCredentials, login, register } from './support/users.mjs';

let emulator, serve;
before(async () => {
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { SIGNUP_CREDITS: '70' } });
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
});

test('registering opens an account with the sign-up credits and a session', async () => {
  const credentials = freshCredentials();
  const { body } = serve.anonymous.expect(201, await serve.anonymous.post('/auth/register', credentials));
  assert.equal(body.user.email, credentials.email);
  assert.equal(body.user.role, 'user');
  assert.equal(body.user.creditsLeft, 70);
  assert.equal(body.tokenType, 'Bearer');
  assert.equal(body.expiresIn, 900);
  assert.match(body.user.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/, 'ids are UUIDv7');
});

test('the access token speaks for the account', async () => {
  const client = await register(serve);
  const me = await client.read('/auth/me');
  assert.deepEqual(me, client.user);
});

test('logging in opens another session of the same account', async () => {
  const credentials = freshCredentials();
  const first = await register(serve, credentials);
  const second = await login(serve, credentials);
  assert.equal(second.user.id, first.user.id);
  assert.notEqual(second.token, first.token);
});

test('an e-mail is one account whatever its letter case', async () => {
  const credentials = freshCredentials();
  await register(serve, credentials);
  const shouted = { ...credentials, email: credentials.email.toUpperCase() };
  serve.anonymous.expect(409, await serve.anonymous.post('/auth/register', shouted), 'email_taken');
  const client = await login(serve, shouted);
  assert.equal(client.user.email, credentials.email);
});

test('of many racing registrations of one e-mail exactly one succeeds', async () => {
  const credentials = freshCredentials();
  const answers = await Promise.all(Array.from({ length: 6 }, () => serve.anonymous.post('/auth/register', credentials)));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 409, 409, 409, 409, 409]);
});

test('well-known and unfit passwords are refused', async () => {
  const { email } = freshCredentials();
  const attempt = (password) => serve.anonymous.post('/auth/register', { email, password });
  serve.anonymous.expect(422, await attempt('password123'), 'password_too_common');
  serve.anonymous.expect(422, await attempt('1234567890'), 'password_too_common');
  serve.anonymous.expect(422, await attempt('too short'), 'validation_failed');
  serve.anonymous.expect(422, await attempt('x y'.repeat(43)), 'validation_failed');
});

test('what is not an e-mail is refused with a pointer', async () => {
  for (const email of ['', 'nobody', 'a b@example.com', '@example.com', `${'x'.repeat(250)}@example.com`, 7, null]) {
    const answer = await serve.anonymous.post('/auth/register', { email, password: 'a long enough sentence' });
    serve.anonymous.expect(422, answer, 'validation_failed');
    assert.equal(answer.body.errors[0].pointer, '/email', String(email));
  }
});

test('wrong password and unknown e-mail get the same answer', async () => {
  const credentials = freshCredentials();
  await register(serve, credentials);
  const wrong = await serve.anonymous.post('/auth/login', { ...credentials, password: 'not the pass phrase' });
  const unknown = await serve.anonymous.post('/auth/login', freshCredentials());
  serve.anonymous.expect(401, wrong, 'invalid_credentials');
  serve.anonymous.expect(401, unknown, 'invalid_credentials');
  assert.equal(unknown.body.detail, wrong.body.detail);
});

test('wrong password and unknown e-mail take the same time', async () => {
  const credentials = freshCredentials();
  await register(serve, credentials);
  const measure = async (attempt) => {
    const times = [];
    for (let i = 0; i < 7; ++i) {
      const start = performance.now();
      serve.anonymous.expect(401, await serve.anonymous.post('/auth/login', attempt()));
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[1]; // the quick ones show the work done, the slow ones the machine's load
  };
  const wrong = await measure(() => ({ ...credentials, password: 'not the pass phrase' }));
  const unknown = await measure(freshCredentials);
  assert.ok(unknown > wrong / 3 && wrong > unknown / 3, `wrong ${wrong} ms, unknown ${unknown} ms`);
});

test('a flood of logins does not starve other requests', async () => {
  const client = await register(serve);
  let answered = 0;
  const flood = Array.from({ length: 40 }, async () => {
    await serve.anonymous.post('/auth/login', freshCredentials());
    ++answered;
  });
  for (let i = 0; i < 5; ++i) await client.read('/auth/me');
  const duringFlood = answered;
  await Promise.all(flood);
  assert.ok(duringFlood < 40, `${duringFlood} of 40 logins were answered before five small requests`);
});

test('failed logins are limited by account, and others are not locked out with it', async () => {
  const limited = await startServe({ emulator, env: { LOGIN_ATTEMPTS: '4' } });
  try {
    const credentials = freshCredentials();
    const bystander = freshCredentials();
    await register(limited, credentials);
    await register(limited, bystander);
    const attempt = (password) => limited.anonymous.post('/auth/login', { ...credentials, password });
    const statuses = [];
    for (let i = 0; i < 6; ++i) statuses.push((await attempt(`wrong phrase no ${i}`)).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 429, 429]);
    limited.anonymous.expect(429, await attempt(credentials.password), 'rate_limited');
  } finally {
    await limited.stop();
  }
});

test('accounts from one address are limited', async () => {
  const limited = await startServe({ emulator, env: { REGISTRATIONS_PER_HOUR: '3' } });
  try {
    const attempts = Array.from({ length: 8 }, () => limited.anonymous.post('/auth/register', freshCredentials()));
    const statuses = (await Promise.all(attempts)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, 201, 201, 429, 429, 429, 429, 429]);
    const refused = limited.anonymous.expect(429, await limited.anonymous.post('/auth/register', freshCredentials()), 'rate_limited');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    await createFromShell(limited);
  } finally {
    await limited.stop();
  }
});

test('closed registration leaves only the shell', async () => {
  const closed = await startServe({ emulator, env: { REGISTRATION: 'closed' } });
  try {
    closed.anonymous.expect(403, await closed.anonymous.post('/auth/register', freshCredentials()), 'registration_closed');
    const client = await createFromShell(closed, { credits: 12 });
    assert.equal(client.user.creditsLeft, 12);
  } finally {
    await closed.stop();
  }
});

test('the shell makes administrators', async () => {
  const admin = await createFromShell(serve, { role: 'admin' });
  assert.equal(admin.user.role, 'admin');
});

test('a session outlives a restart', async () => {
  const dataDir = (await import('./support/processes.mjs')).tempFolder('restart');
  const first = await startServe({ emulator, dataDir });
  const client = await register(first);
  await first.stop();
  const second = await startServe({ emulator, dataDir });
  try {
    client.url = second.url;
    assert.equal((await client.read('/auth/me')).id, client.user.id);
  } finally {
    await second.stop();
  }
});
