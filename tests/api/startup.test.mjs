// A start that cannot succeed says why in one sentence, on stderr, and ends with an exit code that is not 0.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { once, runAtelier, tempFolder } from './support/processes.mjs';
import { embeddedOnly } from './support/scaled.mjs';
import { startEmulator, startServe } from './support/servers.mjs';

async function assertRefuses(args, { env = {}, says, code } = {}) {
  const dataDir = tempFolder('start');
  const settings = { ATELIER_LISTEN: '127.0.0.1:0', ATELIER_DATA_DIR: dataDir, ...env };
  const run = await runAtelier(args, { env: settings, cwd: dataDir });
  assert.notEqual(run.code, 0, 'it must not start');
  assert.notEqual(run.code, null, `it crashed: ${run.signal}`);
  if (code !== undefined) assert.equal(run.code, code);
  assert.equal(run.out, '', 'nothing but readiness is said on stdout');
  const lines = run.log.split('\n').filter((line) => !line.startsWith('{'));
  assert.equal(lines.length, 1, `one sentence: ${run.log}`);
  for (const part of says) assert.match(lines[0], part);
  return run;
}

test('a port in use', async () => {
  const holder = net.createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = `127.0.0.1:${holder.address().port}`;
  try {
    await assertRefuses(['serve', '--listen', address], { says: [new RegExp(address), /in use/] });
  } finally {
    holder.close();
  }
});

test('an address that is not of this machine', async () => {
  await assertRefuses(['serve', '--listen', '192.0.2.7:8080'], { says: [/192\.0\.2\.7/] });
});

test('a data folder that cannot be written', async () => {
  const parent = tempFolder('start');
  const file = path.join(parent, 'occupied');
  fs.writeFileSync(file, 'a file, not a folder');
  await assertRefuses(['serve', '--data', file], { says: [/occupied/] });
  await assertRefuses(['serve', '--data', path.join(file, 'below')], { says: [/occupied/] });
  await assertRefuses(['serve', '--data', '/proc/atelier'], { says: [/\/proc\/atelier/] });
});

test('a database that is none', { skip: embeddedOnly }, async () => {
  const dataDir = tempFolder('start');
  const first = await startServe({ dataDir });
  await first.stop();
  const database = fs.readdirSync(dataDir).find((name) => /\.(db|sqlite3?)$/.test(name));
  assert.ok(database, fs.readdirSync(dataDir).join());
  for (const tail of ['-wal', '-shm']) fs.rmSync(path.join(dataDir, database + tail), { force: true });
  fs.writeFileSync(path.join(dataDir, database), 'this is not a database, whatever its name says. '.repeat(200));
  await assertRefuses(['serve', '--data', dataDir], { says: [new RegExp(database)] });
});

test('a second worker on the same data', { skip: embeddedOnly }, async () => {
  const emulator = await startEmulator();
  const serve = await startServe({ emulator });
  try {
    await assertRefuses(['serve'], { env: { ATELIER_DATA_DIR: serve.dataDir }, says: [/another process/, new RegExp(serve.dataDir)] });
  } finally {
    await serve.stop();
    await emulator.stop();
  }
});

const wrong = [
  [{ ATELIER_LISTEN: 'nowhere' }, /ATELIER_LISTEN/],
  [{ ATELIER_LISTEN: '127.0.0.1:99999' }, /ATELIER_LISTEN/],
  [{ ACCESS_TOKEN_TTL: 'soon' }, /ACCESS_TOKEN_TTL/],
  [{ MAX_UPLOAD_BYTES: '-1' }, /MAX_UPLOAD_BYTES/],
  [{ MAX_UPLOAD_BYTES: '99999999999999999999' }, /MAX_UPLOAD_BYTES/],
  [{ REGISTRATION: 'maybe' }, /REGISTRATION/],
  [{ JWT_SECRET: 'short' }, /JWT_SECRET/],
  [{ BFL_BASE_URL: 'not a url' }, /BFL_BASE_URL/],
  [{ BFL_REGION: 'moon' }, /BFL_REGION/],
  [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
];
for (const [env, key] of wrong) {
  test(`a wrong setting: ${Object.entries(env)[0].join('=')}`, async () => {
    const run = await assertRefuses(['serve'], { env, says: [key, /environment/i] });
    if (env.JWT_SECRET) assert.ok(!run.log.includes('short'), 'a secret is not repeated');
  });
}

test('a wrong value in the file and a key that does not exist', async () => {
  const dataDir = tempFolder('start');
  const file = path.join(dataDir, 'settings.toml');
  fs.writeFileSync(file, '[worker]\nconcurrency = "many"\n');
  await assertRefuses(['serve', '--config', file], { says: [/worker\.concurrency|WORKER_CONCURRENCY/, /settings\.toml/] });
  fs.writeFileSync(file, '[worker]\nconcurency = 4\n');
  await assertRefuses(['serve', '--config', file], { says: [/concurency/, /concurrency/] });
});

test('flags and commands that do not exist', async () => {
  await assertRefuses(['serve', '--no-such-flag'], { says: [/no-such-flag/] });
  await assertRefuses(['sevre'], { says: [/sevre|subcommand|--help/] });
});

test('a worker without a queue to share', async () => {
  await assertRefuses(['worker'], { says: [/REDIS_URL/] });
});

test('a password that is too weak for the shell, too', async () => {
  const dataDir = tempFolder('start');
  const run = await runAtelier(['user', 'create', 'shell@example.com', '--password-stdin'], {
    env: { ATELIER_DATA_DIR: dataDir }, input: 'short\n', cwd: dataDir,
  });
  assert.notEqual(run.code, 0);
  assert.match(run.log, /10 to 128/);
});

test('version and effective settings, secrets redacted', async () => {
  const version = await runAtelier(['version']);
  assert.equal(version.code, 0);
  assert.match(version.out, /^atelier \d/);
  const config = await runAtelier(['config', '--json'], { env: { JWT_SECRET: 'a-secret-that-nobody-may-see-here', RATE_LIMIT_PER_MINUTE: '77' } });
  assert.equal(config.code, 0);
  assert.ok(!config.out.includes('nobody-may-see'));
  const row = JSON.parse(config.out).find((one) => one.name === 'RATE_LIMIT_PER_MINUTE');
  assert.deepEqual([row.value, row.source], ['77', 'environment']);
});

test('the doctor finds a good installation well', async () => {
  const emulator = await startEmulator();
  try {
    const env = { ATELIER_DATA_DIR: tempFolder('doctor'), BFL_BASE_URL: emulator.url, BFL_API_KEY: 'bfl_doctor_key' };
    const run = await runAtelier(['doctor', '--json'], { env });
    assert.equal(run.code, 0, run.out + run.log);
    for (const check of JSON.parse(run.out).checks ?? JSON.parse(run.out)) assert.notEqual(check.status, 'failure', JSON.stringify(check));
  } finally {
    await emulator.stop();
  }
});

test('the doctor finds a provider that is not there', async () => {
  const emulator = await startEmulator();
  await emulator.stop();
  const env = { ATELIER_DATA_DIR: tempFolder('doctor'), BFL_BASE_URL: emulator.url, BFL_API_KEY: 'bfl_doctor_key' };
  const run = await runAtelier(['doctor'], { env });
  assert.equal(run.code, 1, run.out + run.log);
  assert.match(run.out, /failure/);
});

test('a killed process leaves nothing in /dev/shm', { skip: !fs.existsSync('/dev/shm') && 'there is no /dev/shm here' }, async () => {
  const emulator = await startEmulator();
  const serve = await startServe({ emulator });
  await serve.kill();
  await emulator.stop();
  const left = fs.readdirSync('/dev/shm').filter((name) => name.endsWith(`-${serve.program.child.pid}`));
  assert.deepEqual(left, []);
});

test('the formats that are refused have no decoder in the process', { skip: !fs.existsSync('/proc/self/maps') && 'there is no /proc here' }, async () => {
  const serve = await startServe();
  try {
    const maps = fs.readFileSync(`/proc/${serve.program.child.pid}/maps`, 'utf8');
    assert.match(maps, /libvips/);
    assert.doesNotMatch(maps, /vips-modules|libheif|libpoppler|libMagick/);
  } finally {
    await serve.stop();
  }
});
