// kill -9 at random moments while jobs of several users are under way; the provider keeps running. Afterwards every
// accepted job has ended once, no generation was paid for twice, and every account's books balance.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hasEnded } from './support/client.mjs';
import { boxMask, freshSeed, uploadPair } from './support/journey.mjs';
import { allJobs, assertBooksBalance, untilNothingHeld } from './support/ledger.mjs';
import { tempFolder } from './support/processes.mjs';
import { startEmulator, startServe } from './support/servers.mjs';
import { register } from './support/users.mjs';

const KILLS = Number(process.env.KILLS ?? 30);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const USERS = 3;
const CREDITS = 100_000;
const LONGEST_LIFE_MS = 2200;

/** Mulberry32: small, and the same everywhere for one seed. */
function randomSource(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomSource(SEED);
const dataDir = tempFolder('kill');
const env = { SIGNUP_CREDITS: String(CREDITS), MAX_ACTIVE_JOBS_PER_USER: '1000', WORKER_CONCURRENCY: '16' };
const accepted = new Map(); // job id → {client, samples, seed}
let emulator, serve, users;

before(async () => {
  emulator = await startEmulator({ latencyMs: 400, seed: 7 });
  await emulator.change({ maxActive: 1000 });
  serve = await startServe({ emulator, dataDir, env });
  users = [];
  for (let i = 0; i < USERS; ++i) {
    const client = await register(serve);
    const mask = (await boxMask(480, 640)).toString('base64');
    users.push({ client, pair: await uploadPair(client), mask });
  }
});
after(async () => {
  await serve?.kill();
  await emulator?.stop();
});

/** Submits one random job; whether it was accepted may stay unknown when the service dies meanwhile. */
async function submitSomething() {
  const { client, pair, mask } = users[Math.floor(random() * USERS)];
  const samples = 1 + Math.floor(random() * 3);
  const seed = freshSeed();
  const tryOn = random() < 0.35;
  const twoSteps = { engine: 'vto', scene: 'a beach' }; // at two endpoints, so that each seed is due once at either
  const body = tryOn
    ? { modelId: pair.model.id, garmentId: pair.garment.id, numSamples: samples, seed, ...(random() < 0.5 ? twoSteps : { mask }) }
    : { prompt: 'somebody who is interrupted all the time', width: 256, height: 256, numSamples: samples, seed };
  const answer = await client.post(tryOn ? '/tryon' : '/models/generate', body);
  client.expect(202, answer);
  accepted.set(answer.body.id, { client, samples, seed });
  if (tryOn && random() < 0.1) await client.delete(`/tryon/${answer.body.id}`);
}

/** Keeps jobs coming until the service is gone. */
async function bother(isOver) {
  while (!isOver()) {
    try {
      await submitSomething();
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      if (!isOver()) throw error;
      return; // the connection died with the service
    }
    await new Promise((resolve) => setTimeout(resolve, 60 + random() * 200));
  }
}

async function liveAndDie() {
  let over = false;
  const bothering = bother(() => over);
  await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS));
  over = true;
  await serve.kill();
  await bothering;
  serve = await startServe({ emulator, dataDir, env });
  for (const { client } of users) client.url = serve.url;
}

test(`jobs survive ${KILLS} kills (SEED=${SEED})`, async (t) => {
  t.diagnostic(`KILLS=${KILLS} SEED=${SEED}`);
  for (let kill = 0; kill < KILLS; ++kill) await liveAndDie();

  const outcomes = {};
  for (const [id, { client, samples }] of accepted) {
    const job = await client.finished(id, { within: 60_000 });
    assert.equal(job.samples.length, samples);
    const outcome = job.error?.code ?? job.status;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    assert.ok(['succeeded', 'provider_ambiguous', 'canceled'].includes(outcome), `${id}: ${JSON.stringify(job.error)}`);
  }
  t.diagnostic(`${accepted.size} jobs: ${JSON.stringify(outcomes)}`);
  assert.ok(accepted.size >= KILLS, `only ${accepted.size} jobs were accepted`);
  assert.ok(outcomes.succeeded > accepted.size / 2, JSON.stringify(outcomes));

  for (const [what, count] of await emulator.submitsByEndpointAndSeed()) assert.equal(count, 1, `${what} was submitted ${count} times`);
  for (const { client } of users) {
    await untilNothingHeld(client, 60_000);
    await assertBooksBalance(client, CREDITS);
    const jobs = await allJobs(client);
    assert.ok(jobs.every(hasEnded), 'jobs whose acceptance was not heard of have ended, too');
    const models = await client.read('/models?type=generated&limit=100');
    assert.equal(new Set(models.items.map((model) => model.id)).size, models.items.length);
  }
});
