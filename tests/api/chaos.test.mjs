// A short storm over the scaled-out set; the long one is `make chaos`. Needs the three servers.
import { test } from 'node:test';
import { runChaos } from '../chaos/chaos.mjs';
import { missingServers } from './support/scaled.mjs';

const KILLS = Number(process.env.KILLS ?? 30);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const asked = process.env.CHAOS === '1';

test(`nothing is lost or done twice in a storm of ${KILLS} kills (SEED=${SEED})`, { skip: asked ? missingServers() : 'takes minutes: CHAOS=1 asks for it' }, async (t) => {
  t.diagnostic(`KILLS=${KILLS} SEED=${SEED}`);
  const figures = await runChaos({ kills: KILLS, seed: SEED, jobs: 100, users: 5 });
  t.diagnostic(JSON.stringify(figures));
});
