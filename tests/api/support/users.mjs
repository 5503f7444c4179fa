// Accounts for tests.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Client } from './client.mjs';
import { keepSecret } from './secrets.mjs';
import { runOn } from './servers.mjs';

export function freshCredentials() {
  const tag = crypto.randomBytes(6).toString('hex');
  const credentials = { email: `user-${tag}@example.com`, password: `pass ${tag} phrase` };
  keepSecret('email', credentials.email);
  keepSecret('password', credentials.password);
  return credentials;
}

function signedIn(serve, credentials, session) {
  return new Client(serve.url, { token: session.accessToken, user: session.user, password: credentials.password });
}

/** Registers a new account; the client speaks for it. */
export async function register(serve, credentials = freshCredentials()) {
  const answer = serve.anonymous.expect(201, await serve.anonymous.post('/auth/register', credentials));
  return signedIn(serve, credentials, answer.body);
}

export async function login(serve, credentials) {
  const answer = serve.anonymous.expect(200, await serve.anonymous.post('/auth/login', credentials));
  return signedIn(serve, credentials, answer.body);
}

/** An account made from the shell, which is the only way to make an administrator. */
export async function createFromShell(serve, { role = 'user', credits } = {}) {
  const credentials = freshCredentials();
  const args = ['user', 'create', credentials.email, '--role', role, '--password-stdin'];
  if (credits !== undefined) args.push('--credits', String(credits));
  const run = await runOn(serve, args, { input: credentials.password + '\n' });
  assert.equal(run.code, 0, run.log);
  return login(serve, credentials);
}

/** A new account with exactly this many credits. */
export function withCredits(serve, credits) {
  return createFromShell(serve, { credits });
}
