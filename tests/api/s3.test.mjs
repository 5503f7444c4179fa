// Pictures in a bucket: the service on S3, what it says when settings are wrong, and links past the service.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeBucket } from '../support/s3_bucket.mjs';
import { person } from './support/pictures.mjs';
import { runAtelier, tempFolder, until } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, startS3, without } from './support/services.mjs';
import { register } from './support/users.mjs';

const skip = without('s3');
const account = { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY };
let emulator, s3, settings;

before(async () => {
  if (skip) return;
  emulator = await startEmulator();
  s3 = await startS3();
  const bucket = `t-${crypto.randomBytes(6).toString('hex')}`;
  await makeBucket({ endpoint: s3.url, ...account }, bucket);
  settings = { S3_ENDPOINT: s3.url, S3_BUCKET: bucket, S3_PATH_STYLE: 'on', S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY };
});
after(async () => {
  await s3?.kill();
  await emulator?.stop();
});

async function uploaded(serve) {
  const client = await register(serve);
  return client.expect(201, await client.postForm('/models/upload', { image: await person() })).body;
}

test('pictures come from the bucket, whole and in parts', { skip }, async () => {
  const serve = await startServe({ emulator, env: settings });
  const model = await uploaded(serve);
  const whole = serve.anonymous.expect(200, await serve.anonymous.get(model.url));
  assert.equal(whole.type, model.contentType);
  const part = serve.anonymous.expect(206, await serve.anonymous.get(model.url, { range: 'bytes=10-29' }));
  assert.ok(part.bytes.equals(whole.bytes.subarray(10, 30)));
  const etag = whole.headers.get('etag');
  serve.anonymous.expect(304, await serve.anonymous.get(model.url, { 'if-none-match': etag }));
  await serve.stop();
});

test('with FILES_REDIRECT a link leads to the bucket, but only with our signature', { skip }, async () => {
  const serve = await startServe({ emulator, env: { ...settings, FILES_REDIRECT: 'on' } });
  const model = await uploaded(serve);
  const answer = serve.anonymous.expect(302, await serve.anonymous.get(model.url));
  const location = new URL(answer.headers.get('location'));
  assert.equal(location.origin, new URL(s3.url).origin);
  assert.ok(Number(location.searchParams.get('X-Amz-Expires')) <= 300);
  assert.ok(Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control'))[1]) < 300);
  const picture = await fetch(location);
  assert.equal(picture.status, 200);
  assert.equal(picture.headers.get('content-type'), model.contentType);
  assert.equal((await picture.arrayBuffer()).byteLength, model.bytes);
  const forged = new URL(model.url);
  forged.searchParams.set('sig', 'x');
  serve.anonymous.expect(403, await serve.anonymous.get(forged.href), 'forbidden');
  await serve.stop();
});

test('a bucket that goes away makes the service unready, and ready again when it is back', { skip }, async () => {
  const serve = await startServe({ emulator, env: settings });
  const model = await uploaded(serve);
  await s3.kill();
  const answer = serve.anonymous.expect(503, await serve.anonymous.get('/readyz'));
  assert.match(JSON.stringify(answer.body), /picture store is out of reach/);
  await s3.restart();
  await until(async () => (await serve.anonymous.get('/readyz')).status === 200, { within: 10_000, what: 'readiness' });
  serve.anonymous.expect(200, await serve.anonymous.get(model.url));
  await serve.stop();
});

const mistakes = [
  ['the bucket', { S3_BUCKET: 'no-such-bucket' }, /no bucket "no-such-bucket" \(S3_BUCKET\)/],
  ['the secret', { S3_SECRET_ACCESS_KEY: 'not-the-secret-of-this-key' }, /S3_SECRET_ACCESS_KEY is not the secret/],
  ['the key', { S3_ACCESS_KEY_ID: 'nobody' }, /S3_ACCESS_KEY_ID "nobody" is not known/],
  ['the endpoint', { S3_ENDPOINT: 'http://127.0.0.1:1' }, /no answer from http:\/\/127\.0\.0\.1:1 \(S3_ENDPOINT\)/],
];
for (const [what, wrong, says] of mistakes) {
  test(`start and doctor say when ${what} is wrong`, { skip }, async () => {
    const env = { ...settings, ...wrong, ATELIER_DATA_DIR: tempFolder('s3'), BFL_BASE_URL: emulator.url, BFL_API_KEY: 'k' };
    const start = await runAtelier(['serve', '--listen', '127.0.0.1:0'], { env });
    assert.notEqual(start.code, 0);
    assert.match(start.log, says);
    const doctor = await runAtelier(['doctor'], { env });
    assert.equal(doctor.code, 1);
    assert.match(doctor.out, says);
    for (const text of [start.log, doctor.out]) assert.ok(!text.includes(env.S3_SECRET_ACCESS_KEY));
  });
}

test('the doctor writes, reads and removes a probe', { skip }, async () => {
  const env = { ...settings, ATELIER_DATA_DIR: tempFolder('s3'), BFL_BASE_URL: emulator.url, BFL_API_KEY: 'k' };
  const run = await runAtelier(['doctor'], { env });
  assert.match(run.out, /^ok +pictures +bucket t-/m);
});

test('FILES_REDIRECT needs a bucket', async () => {
  const run = await runAtelier(['serve'], { env: { ATELIER_DATA_DIR: tempFolder('s3'), FILES_REDIRECT: 'on' } });
  assert.match(run.log, /S3_BUCKET/);
  assert.notEqual(run.code, 0);
});
