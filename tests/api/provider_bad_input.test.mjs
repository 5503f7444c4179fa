// What the provider, or something that pretends to be it, may answer: each nonsense becomes an outcome of its own,
// nothing is fetched from where it should not be, nothing is paid twice.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { freshSeed, submitModel } from './support/journey.mjs';
import { assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const SUBMIT = '/v1/flux-pro-1.1';
const POLL = '/v1/get_result';
const PICTURE = '/results';
const HTML = '<html><body>502 Bad Gateway</body></html>';
const MIB = 1 << 20;

let emulator, serve, client, foreign;

/** An address that must never be called: counts who tries. */
async function startTrap() {
  const trap = net.createServer((socket) => { trap.visits += 1; socket.destroy(); }).listen(0, '127.0.0.1');
  trap.visits = 0;
  await once(trap, 'listening');
  trap.url = `http://127.0.0.1:${trap.address().port}`;
  return trap;
}

before(async () => {
  foreign = await startTrap();
  emulator = await startEmulator();
  serve = await startServe({ emulator, env: { BFL_JOB_DEADLINE: '20s', BFL_TIMEOUT: '5s', SIGNUP_CREDITS: '10000', MAX_ACTIVE_JOBS_PER_USER: '100' } });
  client = await register(serve);
});
after(async () => {
  await serve?.stop();
  await emulator?.stop();
  foreign?.close();
});

const answering = (body, more = {}) => ({ fault: 'status', status: 200, body: typeof body === 'string' ? body : JSON.stringify(body), ...more });
const ready = (sample) => answering({ id: 'x', status: 'Ready', result: { sample } });
const picture = (bytes, contentType = 'image/png') => answering('', { body: undefined, bodyBase64: bytes.toString('base64'), contentType });

/** One job whose every answer at `endpoint` is broken so; it ended as failed, having been taken once at most. */
async function failsUnder(endpoint, fault) {
  const seed = freshSeed();
  const prompt = `the person of job ${seed}.`;
  await emulator.addFaults({ match: { endpoint, prompt }, times: -1, ...fault });
  const job = await client.finished((await submitModel(client, { seed, prompt })).id);
  const taken = (await emulator.submitsBySeed()).get(seed) ?? 0;
  assert.ok(taken <= 1, `taken ${taken} times`);
  assert.deepEqual([job.status, job.creditsUsed], ['failed', 0]);
  return job.error.code;
}

const cases = [
  ['an answer to a poll that is cut off', POLL, { fault: 'truncate' }, 'job_expired'],
  ['an answer to a poll that is no JSON', POLL, answering('{"id":"x","stat'), 'provider_bad_answer'],
  ['an answer to a poll without end', POLL, answering(JSON.stringify({ id: 'x', status: 'Pending', padding: 'x'.repeat(2 * MIB) })), 'provider_bad_answer'],
  ['an answer to a poll of another shape', POLL, answering({ id: 'x', status: { is: 'Ready' } }), 'provider_bad_answer'],
  ['an answer to a poll that nests for ever', POLL, answering('['.repeat(200_000)), 'provider_bad_answer'],
  ['a proxy\'s page instead of a task', POLL, answering(HTML, { contentType: 'text/html' }), 'provider_bad_answer'],
  ['a poll redirected to itself', POLL, answering('', { status: 302, headers: { location: POLL } }), 'provider_bad_answer'],
  ['a poll redirected elsewhere', POLL, answering('', { status: 307, headers: { location: 'http://169.254.169.254/' } }), 'provider_bad_answer'],
  ['ready without a result', POLL, answering({ id: 'x', status: 'Ready', result: null }), 'provider_bad_answer'],
  ['a sample at a private address', POLL, ready('https://169.254.169.254/latest/meta-data'), 'provider_bad_answer'],
  ['a sample at a foreign address without TLS', POLL, ready('http://pictures.example/x.jpg'), 'provider_bad_answer'],
  ['a sample in a file', POLL, ready('file:///etc/passwd'), 'provider_bad_answer'],
  ['a picture that is a page', PICTURE, answering(HTML, { contentType: 'image/jpeg' }), 'provider_bad_answer'],
  ['a picture that only begins like one', PICTURE, picture(Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(500)])), 'provider_bad_answer'],
  ['a download redirected to itself', PICTURE, answering('', { status: 302, headers: { location: '/results/again' } }), 'delivery_failed'],
];

describe('a job under', { concurrency: true }, () => {
  for (const [what, endpoint, fault, code] of cases)
    test(what, async () => assert.equal(await failsUnder(endpoint, fault), code));

  test('a picture of 100 megapixels', async () => {
    const huge = await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#777' } }).png().toBuffer();
    assert.equal(await failsUnder(PICTURE, picture(huge)), 'provider_bad_answer');
  });

  test('a sample at a port of this machine', async () => {
    for (const host of [foreign.url, foreign.url.replace('http:', 'https:'), foreign.url.replace('127.0.0.1', '[::ffff:127.0.0.1]')])
      assert.equal(await failsUnder(POLL, ready(`${host}/x.jpg`)), 'provider_bad_answer');
    assert.equal(foreign.visits, 0, 'nobody went there');
  });
});

describe('submits, one after the other:', () => {
  const polledAt = (url) => answering({ id: '0198', polling_url: url, cost: 4 });
  const submits = [
    ['an answer that is cut off', { fault: 'truncate' }, 'provider_ambiguous'],
    ['an answer that is no JSON', answering('{"id":"0198",'), 'provider_ambiguous'],
    ['an answer without end', answering(JSON.stringify({ id: 'x'.repeat(2 * MIB) })), 'provider_ambiguous'],
    ['an answer of another shape', answering({ id: { is: 7 } }), 'provider_ambiguous'],
    ['a proxy\'s page', answering(HTML, { contentType: 'text/html' }), 'provider_ambiguous'],
    ['a polling_url at the cloud\'s metadata', polledAt('http://169.254.169.254/v1/get_result?id=0198'), 'provider_bad_answer'],
    ['a polling_url at a foreign host', polledAt('https://bfl.ai.example/v1/get_result?id=0198'), 'provider_bad_answer'],
    ['a polling_url in a file', polledAt('file:///etc/passwd'), 'provider_bad_answer'],
  ];
  for (const [what, fault, code] of submits)
    test(what, async () => {
      assert.equal(await failsUnder(SUBMIT, fault), code);
      const job = await client.finished((await submitModel(client, { seed: freshSeed() })).id);
      assert.equal(job.status, 'succeeded', 'afterwards all is well');
    });

  test('a polling_url at a port of this machine', async () => {
    assert.equal(await failsUnder(SUBMIT, polledAt(`${foreign.url}/v1/get_result?id=0198`)), 'provider_bad_answer');
    assert.equal(foreign.visits, 0, 'the key went nowhere');
  });
});

test('the books balance afterwards', async () => {
  await untilNothingHeld(client);
  await assertBooksBalance(client, 10_000);
});

describe('a provider that cannot be reached is waited for until the deadline, and nothing is lost:', { concurrency: true }, () => {
  async function endsAs(code, url) {
    const own = await startServe({ emulator: { url }, env: { BFL_JOB_DEADLINE: '10s', BFL_TIMEOUT: '2s' } });
    try {
      const user = await register(own);
      const job = await user.finished((await submitModel(user)).id);
      assert.deepEqual([job.status, job.error.code, job.error.retryable], ['failed', code, true]);
      await untilNothingHeld(user);
      await assertBooksBalance(user, 1000);
    } finally {
      await own.stop();
    }
  }

  test('a name that does not resolve', () => endsAs('provider_unavailable', 'http://no-such-host.invalid'));

  test('a TLS handshake that fails', async () => {
    const server = tls.createServer({}).on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await endsAs('provider_unavailable', `https://127.0.0.1:${server.address().port}`);
    server.close();
  });

  test('a port that speaks something else than TLS', () => endsAs('provider_unavailable', emulator.url.replace('http:', 'https:')));
});
