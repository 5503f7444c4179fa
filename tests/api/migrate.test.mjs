// Documents in MongoDB: what the doctor says, a service on it, and the move from SQLite and back.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { runAtelier, tempFolder } from './support/processes.mjs';

const server = process.env.ATELIER_TEST_MONGODB_URI;
const needsMongo = { skip: server ? false : 'needs mongo-java-server: set ATELIER_TEST_MONGODB_URI' };
const secret = 'one-secret-that-all-processes-of-this-test-share';

const freshUri = () => `${server}/atelier_${randomBytes(8).toString('hex')}`;
const shop = (data) => ({ ATELIER_DATA_DIR: data });
const onMongo = (uri, data = tempFolder('mongo')) => ({ ATELIER_DATA_DIR: data, MONGODB_URI: uri, JWT_SECRET: secret });

async function ok(args, env, input) {
  const run = await runAtelier(args, { env, input });
  assert.equal(run.code, 0, run.out + run.log);
  return run.out;
}

async function fillShop(env) {
  for (const name of ['ann', 'bob', 'eve'])
    await ok(['user', 'create', `${name}@shop.example`, '--credits', '50', '--password-stdin'], env, 'a long enough sentence\n');
  await ok(['user', 'grant', 'ann@shop.example', '25'], env);
  await ok(['user', 'promote', 'bob@shop.example'], env);
}

test('the doctor names a database that is not there, without its password', async () => {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.on('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const uri = `mongodb://shop:hunter2hunter2@127.0.0.1:${port}/shop?serverSelectionTimeoutMS=300`;
  const run = await runAtelier(['doctor'], { env: onMongo(uri) });
  assert.equal(run.code, 1);
  assert.match(run.out, new RegExp(`failure +store +MongoDB at 127.0.0.1:${port} cannot be reached`));
  assert.doesNotMatch(run.out + run.log, /hunter2/);
});

test('a URI without a database stops the start in one sentence', async () => {
  const run = await runAtelier(['serve', '--listen', '127.0.0.1:0'], { env: onMongo('mongodb://127.0.0.1:1') });
  assert.notEqual(run.code, 0);
  assert.match(run.log, /MONGODB_URI names no database/);
});

test('the doctor finds a good database well', needsMongo, async () => {
  const out = await ok(['doctor'], onMongo(freshUri()));
  assert.match(out, /ok +store +MongoDB/);
});

test('a shop moves to MongoDB and back', needsMongo, async () => {
  const before = tempFolder('before');
  const after = tempFolder('after');
  const uri = freshUri();
  await fillShop(shop(before));
  const users = await ok(['user', 'list'], shop(before));

  const there = await ok(['migrate', '--from', `sqlite:${before}`, '--to', uri], {});
  assert.match(there, /user: 3 verified/);
  assert.equal(await ok(['user', 'list'], onMongo(uri)), users);
  await ok(['audit', 'verify'], onMongo(uri));
  await ok(['audit', 'credits'], onMongo(uri));

  await ok(['user', 'grant', 'eve@shop.example', '5'], onMongo(uri));
  const moved = await ok(['user', 'list'], onMongo(uri));
  await ok(['migrate', '--from', 'mongodb', '--to', `sqlite:${after}`], onMongo(uri));
  assert.equal(await ok(['user', 'list'], shop(after)), moved);
  await ok(['audit', 'verify'], shop(after));
  await ok(['audit', 'credits'], shop(after));
});

test('a copy goes on where it was, and only into its own target', needsMongo, async () => {
  const before = tempFolder('before');
  const uri = freshUri();
  await fillShop(shop(before));
  await ok(['migrate', '--from', `sqlite:${before}`, '--to', uri], {});
  const again = await ok(['migrate', '--from', `sqlite:${before}`, '--to', uri], {});
  assert.match(again, /going on with/);
  const other = tempFolder('other');
  await fillShop(shop(other));
  const refused = await runAtelier(['migrate', '--from', `sqlite:${other}`, '--to', uri], { env: {} });
  assert.equal(refused.code, 1);
  assert.match(refused.log, /the target holds other data/);
});

test('what is no store is refused', async () => {
  const empty = tempFolder('empty');
  const missing = await runAtelier(['migrate', '--from', `sqlite:${empty}`, '--to', 'sqlite:/tmp/never'], { env: {} });
  assert.equal(missing.code, 2);
  assert.match(missing.log, /there is no atelier.db in/);
  assert.deepEqual(fs.readdirSync(empty), []);
  const wrong = await runAtelier(['migrate', '--from', 'postgres://shop:hunter2hunter2@host/db', '--to', `sqlite:${empty}`], { env: {} });
  assert.equal(wrong.code, 2);
  assert.doesNotMatch(wrong.out + wrong.log, /hunter2/);
  const folder = tempFolder('same');
  await fillShop(shop(folder));
  const same = await runAtelier(['migrate', '--from', `sqlite:${folder}`, '--to', `sqlite:${path.join(folder, '.')}`], { env: {} });
  assert.notEqual(same.code, 0);
});
