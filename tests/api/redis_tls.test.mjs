// The queue on a Redis below TLS: jobs run, also over a restart, and what is wrong with a certificate is said.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { runAtelier, tempFolder } from './support/processes.mjs';
import { QueueTool } from './support/queue_tool.mjs';
import { startRedis, without } from './support/services.mjs';

const skip = without('redis');
const data = tempFolder('doctor');
let server, tls;

before(async () => {
  if (skip) return;
  server = await startRedis({ tlsFolder: tempFolder('certificate') });
  tls = server.plan.tls;
  process.env.SSL_CERT_FILE = tls.ca; // of the queue tool
});
after(() => server?.stop());

/** What doctor says of the queue at `url`. */
async function doctor(url, env = {}) {
  const settings = { REDIS_URL: url, ATELIER_DATA_DIR: data, JWT_SECRET: 'a-secret-that-is-long-enough-for-a-test', ...env };
  const { out } = await runAtelier(['doctor', '--json'], { env: settings });
  return JSON.parse(out).checks.find(({ name }) => name === 'queue');
}

test('jobs are added and done, also over a restart of Redis', { skip }, async () => {
  const tool = new QueueTool(tls.url, 'q');
  await tool.call('fill', 200, 20);
  const worker = await tool.startWork(201, 10, 2_000);
  await server.kill();
  await server.restart();
  await tool.call('add', randomUUID(), randomUUID());
  assert.ok((await worker.next()).count >= 191, 'ten may have been done unheard');
  assert.deepEqual(await tool.call('depth'), { waiting: 0, delayed: 0, active: 0 });
});

test('doctor is content with a certificate that is trusted', { skip }, async () => {
  assert.equal((await doctor(tls.url, { SSL_CERT_FILE: tls.ca })).status, 'ok');
});

const refusals = [
  ['an authority that is not trusted', () => [tls.url], /certificate of Redis is not trusted.*self-signed/],
  ['another host than the certificate names', () => [tls.url.replace('localhost', '127.0.0.1'), { SSL_CERT_FILE: tls.ca }],
    /certificate of Redis is not trusted.*mismatch/],
  ['a port without TLS', () => [server.url.replace('redis:', 'rediss:')], /no TLS connection to Redis.*is it redis:\/\//],
  ['a port with TLS that is not asked for', () => [tls.url.replace('rediss:', 'redis:')], /Redis.*is it rediss:\/\//],
];
for (const [what, place, says] of refusals) {
  test(`doctor names ${what}`, { skip }, async () => {
    const check = await doctor(...place());
    assert.equal(check.status, 'failure');
    assert.match(check.detail, says);
  });
}
