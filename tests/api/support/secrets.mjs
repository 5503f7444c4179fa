// What must never be in a log: told to `keepSecret` as tests make it, looked for in every line of every program.
import assert from 'node:assert/strict';

const secrets = new Map();
const SHORTEST = 8;

/** `what` says what it is, for the failure; short texts would match by chance and are left out. */
export function keepSecret(what, text) {
  if (typeof text === 'string' && text.length >= SHORTEST) secrets.set(text, what);
}

const SECRET_FIELDS = ['password', 'currentPassword', 'newPassword', 'email', 'accessToken', 'refreshToken', 'prompt',
  'key', 'secret'];

/** Everything in a body that is nobody else's business. */
export function keepBodySecret(body) {
  if (body === null || typeof body !== 'object') return;
  for (const field of SECRET_FIELDS) keepSecret(field, body[field]);
  for (const field of ['imageBase64', 'mask']) keepSecret(field, body[field]?.slice?.(200, 260));
  for (const field of ['url', 'thumbUrl', 'resultUrl', 'maskUrl']) {
    const signature = /[?&]sig=([^&]+)/.exec(body[field] ?? '')?.[1];
    keepSecret('link signature', signature);
  }
  for (const value of Object.values(body)) keepBodySecret(value);
}

// Longer than any id, digest or address that belongs into a log.
const LONG_RUN = /[A-Za-z0-9+/=_-]{160,}/;

/** Fails when a line is no JSON object or gives something away. */
export function assertDiscreet(lines, program) {
  for (const line of lines) {
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      assert.fail(`${program}: a log line is not JSON: ${line.slice(0, 300)}`);
    }
    assert.equal(typeof entry, 'object', `${program}: a log line is not an object`);
    assert.doesNotMatch(line, LONG_RUN, `${program}: a log line holds what looks like data`);
  }
  const text = lines.join('\n');
  for (const [secret, what] of secrets) {
    if (!text.includes(secret)) continue;
    const line = lines.find((candidate) => candidate.includes(secret));
    assert.fail(`${program}: ${what} "${secret.slice(0, 40)}" is in the log: ${line?.slice(0, 500)}`);
  }
}
