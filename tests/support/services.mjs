#!/usr/bin/env node
// Redis, MongoDB and S3 for the tests, on free ports, until SIGTERM, SIGINT or the end of the parent process.
//
//   node tests/support/services.mjs [--only redis,mongo,s3] [--mongo-data FILE]
//
// Prints the environment of the tests, one NAME=value a line, then `# ready`. A server that cannot be had is left out:
// `# needs <server>: why`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startMongo } from './services/mongo.mjs';
import { startRedis } from './services/redis.mjs';
import { S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, startS3 } from './services/s3.mjs';
import { Unavailable } from './services/server.mjs';

const { values: options } = parseArgs({ options: { only: { type: 'string' }, 'mongo-data': { type: 'string' } } });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'atelier-services-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const kinds = {
  redis: {
    start: () => startRedis({ tlsFolder: folder }),
    env: ({ url, plan: { tls } }) => ({
      ATELIER_TEST_REDIS_URL: url,
      ATELIER_TEST_REDIS_TLS_URL: tls.url,
      ATELIER_TEST_REDIS_TLS_CA: tls.ca,
    }),
  },
  mongo: {
    start: () => startMongo({ data: options['mongo-data'] }),
    env: ({ url }) => ({ ATELIER_TEST_MONGODB_URI: url }),
  },
  s3: {
    start: () => startS3({ dir: path.join(folder, 's3') }),
    env: ({ url }) => ({
      ATELIER_TEST_S3_ENDPOINT: url,
      ATELIER_TEST_S3_ACCESS_KEY_ID: S3_ACCESS_KEY_ID,
      ATELIER_TEST_S3_SECRET_ACCESS_KEY: S3_SECRET_ACCESS_KEY,
    }),
  },
};

const servers = [];
let stopping = false;

async function stopAll(exitCode) {
  if (stopping) return;
  stopping = true;
  await Promise.all(servers.map((server) => server.stop()));
  process.exit(exitCode);
}

/** A server that ends unasked takes the others along: tests must not go on against half of them. */
async function watch(server) {
  await server.ended;
  if (stopping) return;
  process.stderr.write(`${server.plan.name} ended by itself:\n${server.lines.join('\n')}\n`);
  await stopAll(1);
}

async function startOne({ start, env }) {
  try {
    const server = await start();
    servers.push(server);
    if (stopping) await server.stop();
    watch(server);
    for (const [name, value] of Object.entries(env(server))) console.log(`${name}=${value}`);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`# ${error.message}`);
  }
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stopAll(0));
const parent = process.ppid;
setInterval(() => process.ppid === parent || stopAll(1), 500);

const names = options.only?.split(',').filter(Boolean) ?? Object.keys(kinds);
const unknown = names.filter((name) => !(name in kinds));
if (unknown.length > 0) {
  process.stderr.write(`no such server: ${unknown.join(', ')}; there are ${Object.keys(kinds).join(', ')}\n`);
  process.exit(64);
}
try {
  await Promise.all(names.map((name) => startOne(kinds[name])));
  console.log('# ready');
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  await stopAll(1);
}
