// What Redis can do to the queue: nothing is lost, nothing spins, and each failure says what it is.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { runAtelier, tempFolder } from './support/processes.mjs';
import { QueueTool } from './support/queue_tool.mjs';
import { startRedis, without } from './support/services.mjs';

const skip = without('redis');

function redisCli(server, ...words) {
  return execFileSync('redis-cli', ['-u', server.url, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

const completed = (server) => Number(redisCli(server, 'ZCARD', `q:atelier-jobs:completed`));

async function withRedis(use, options = {}) {
  const server = await startRedis(options);
  try {
    await use(server, new QueueTool(server.url, 'q'));
  } finally {
    await server.stop();
  }
}

test('a worker goes on over restarts of Redis, and every job is done', { skip }, () => withRedis(async (server, tool) => {
  await tool.call('fill', 600, 20);
  const worker = await tool.startWork(600, 10, 2_000);
  for (let i = 0; i < 3; i++) {
    const before = completed(server);
    while (completed(server) < before + 100) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.kill();
    await server.restart();
  }
  const { count } = await worker.next();
  // A job whose acknowledgement was cut off may have been done unheard.
  assert.ok(count >= 570 && count <= 600, `${count} done`);
  assert.equal(completed(server), 600);
  assert.deepEqual(await tool.call('depth'), { waiting: 0, delayed: 0, active: 0 });
}));

test('forgotten scripts are sent again', { skip }, () => withRedis(async (server, tool) => {
  await tool.call('fill', 300, 20);
  const worker = await tool.startWork(300, 10, 30_000);
  const flush = setInterval(() => redisCli(server, 'SCRIPT', 'FLUSH'), 5);
  const { count } = await worker.next();
  clearInterval(flush);
  assert.equal(count, 300);
}));

test('a full Redis is told, and works again when there is room', { skip }, () => withRedis(async (server, tool) => {
  const job = randomUUID();
  await tool.call('add', job, randomUUID());
  const holder = await tool.startWork(2, 2, 30_000);
  redisCli(server, 'CONFIG', 'SET', 'maxmemory', '1');
  await assert.rejects(tool.call('add', randomUUID(), randomUUID()), /out of memory \(maxmemory\)/);
  redisCli(server, 'CONFIG', 'SET', 'maxmemory', '0');
  await tool.call('add', randomUUID(), randomUUID());
  assert.equal((await holder.next()).count, 2);
}));

test('a primary that becomes a replica is told, and waited for', { skip }, () => withRedis(async (server, tool) => {
  const worker = await tool.startWork(1, 1, 30_000);
  redisCli(server, 'REPLICAOF', '127.0.0.1', '1');
  await assert.rejects(tool.call('add', randomUUID(), randomUUID()), /read-only replica/);
  redisCli(server, 'REPLICAOF', 'NO', 'ONE');
  await tool.call('add', randomUUID(), randomUUID());
  assert.equal((await worker.next()).count, 1);
}));

test('a Redis held up by a script is told', { skip }, () => withRedis(async (server, tool) => {
  redisCli(server, 'CONFIG', 'SET', 'lua-time-limit', '10');
  const script = spawn('redis-cli', ['-u', server.url, 'EVAL', 'while true do end', '0'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => { script.on('close', resolve); });
  await assert.rejects(async () => {
    for (;;) await tool.call('depth');
  }, /busy with a script/);
  redisCli(server, 'SCRIPT', 'KILL');
  await ended;
  assert.deepEqual(await tool.call('depth'), { waiting: 0, delayed: 0, active: 0 });
}));

test('doctor says what is wrong with the queue, without the password', { skip }, () => withRedis(async (server) => {
  const data = tempFolder('doctor');
  const doctor = async (url) => {
    const env = { REDIS_URL: url, ATELIER_DATA_DIR: data, JWT_SECRET: 'a-secret-that-is-long-enough-for-a-test' };
    const { out } = await runAtelier(['doctor', '--json'], { env });
    return JSON.parse(out).checks.find(({ name }) => name === 'queue');
  };
  const { host } = new URL(server.url);
  const fine = await doctor(server.url);
  assert.equal(fine.status, 'ok');
  assert.match(fine.detail, /0 waiting, 0 delayed, 0 active, on Redis [67]\.\S+ at 127\.0\.0\.1/);
  const wrong = await doctor(`redis://:hunter2@${host}`);
  assert.equal(wrong.status, 'failure');
  assert.match(wrong.detail, /password/);
  assert.doesNotMatch(JSON.stringify(wrong), /hunter2/);
  assert.match((await doctor('redis://127.0.0.1:1')).detail, /cannot be reached.*127\.0\.0\.1:1/);
  redisCli(server, 'HSET', 'bull:atelier-jobs:meta', 'version', 'bullmq:5.81.3');
  redisCli(server, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  const warned = await doctor(server.url);
  assert.equal(warned.status, 'warning');
  assert.match(warned.detail, /bullmq:5\.81\.3.*allkeys-lru/);
}));
