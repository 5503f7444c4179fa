// The servers of the tests keep what they promise: data over a kill, nothing left behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import { test } from 'node:test';
import { once, root, until } from './support/processes.mjs';
import { shared, startMongo, startRedis, startS3, without } from './support/services.mjs';

/** The answer to one command in Redis's inline form. */
async function ask(server, command) {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.write(`${command}\r\n`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return answer.toString().trim();
}

test('a Redis of a test has its data after a kill, on the same port', { skip: without('redis') }, async () => {
  const redis = await startRedis();
  assert.equal(await ask(redis, 'SET kept yes'), '+OK');
  await redis.kill();
  await assert.rejects(ask(redis, 'PING'), { code: 'ECONNREFUSED' });
  await redis.restart();
  assert.match(await ask(redis, 'GET kept'), /yes$/);
  await redis.stop();
});

for (const [name, start] of [['mongo', startMongo], ['s3', startS3]]) {
  test(`a ${name} of a test comes back on its port after a kill`, { skip: without(name) }, async () => {
    const server = await start();
    const { port } = server;
    assert.notEqual(server.url, shared[name]);
    await server.kill();
    await server.restart();
    assert.equal(server.port, port);
    await server.stop();
  });
}

test('the harness takes its servers along when it is killed', { skip: without('redis') }, async () => {
  const harness = spawn('node', [path.join(root, 'tests/support/services.mjs'), '--only', 'redis'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = [];
  for await (const line of readline.createInterface({ input: harness.stdout })) {
    lines.push(line);
    if (line === '# ready') break;
  }
  const url = new URL(lines[0].replace('ATELIER_TEST_REDIS_URL=', ''));
  assert.equal(await ask(url, 'PING'), '+PONG');
  const redis = fs.readFileSync(`/proc/${harness.pid}/task/${harness.pid}/children`, 'utf8').trim();
  harness.kill('SIGKILL');
  const gone = () => !fs.existsSync(`/proc/${redis}/exe`);
  await until(gone, { what: 'the end of redis-server' });
});
