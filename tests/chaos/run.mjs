#!/usr/bin/env node
// make chaos ARGS="--kills 200 --seed 7 --jobs 300 --users 12"
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { binary } from '../api/support/processes.mjs';
import { runChaos } from './chaos.mjs';

const number = (value) => ({ type: 'string', default: String(value) });
const misused = (what) => {
  console.error(`chaos: ${what}; ARGS="--kills 200 --seed 7 --jobs 300 --users 12 --kinds redis,mongo,s3"`);
  process.exit(2);
};
const parsed = (config) => {
  try {
    return parseArgs(config);
  } catch (error) {
    return misused(error.message);
  }
};
const { values } = parsed({
  options: { kills: number(200), seed: number(Math.floor(Math.random() * 2 ** 31)), jobs: number(300), users: number(12),
    kinds: { type: 'string', default: 'redis,mongo,s3' } },
});
const { kinds, ...figures } = values;
// With none of something there is nothing to prove.
for (const [name, value] of Object.entries(figures)) {
  if (!/^[1-9][0-9]{0,9}$/.test(value)) misused(`--${name} ${value}: expected a whole number from 1`);
}
for (const kind of kinds.split(',')) {
  if (!['redis', 'mongo', 's3'].includes(kind)) misused(`--kinds ${kind}: expected of redis, mongo, s3`);
}
if (!fs.existsSync(binary)) misused(`there is no program ${binary}: make build, or set ATELIER_BIN`);
const options = { ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)])), kinds: kinds.split(',') };
const begun = Date.now();
const log = (line) => console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}`);
log(JSON.stringify(options));
try {
  log(JSON.stringify(await runChaos({ ...options, log }), undefined, 1));
  process.exit(0);
} catch (error) {
  log(error.stack);
  process.exit(1);
}
