// The storm and what must be left after it: see `prove`.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Cluster } from '../api/support/cluster.mjs';
import { prove, Submissions } from './proof.mjs';
import { randomSource, sleep } from './random.mjs';
import { Storm } from './storm.mjs';
import { createFromShell } from '../api/support/users.mjs';
import { Customer, faultsFor, keepBusy } from './traffic.mjs';

const LEASE_S = 3;
const ENV = { WORKER_LEASE: String(LEASE_S), BFL_JOB_DEADLINE: '300', BFL_TIMEOUT: '5', BFL_WEBHOOKS: 'on', BFL_AMBIGUOUS_GRACE: '3' };

/** Runs it once; returns figures. What is broken throws. */
export async function runChaos({ kills, seed, jobs, users = 6, kinds, log = () => {} }) {
  const random = randomSource(seed);
  const cluster = await Cluster.start({ kinds, env: ENV });
  const customers = [];
  let submissions;
  try {
    await cluster.emulator.addFaults(...faultsFor());
    const admin = await createFromShell(cluster.asServe(), { role: 'admin' });
    submissions = new Submissions(cluster.emulator);
    for (let i = 0; i < users; ++i) customers.push(await Customer.join(cluster, random));
    const storm = new Storm(cluster, random, { leaseMs: LEASE_S * 1000, log });
    // As many seconds as the storm takes on the average, so that there is always something to break.
    const pause = (kills * 1300) / jobs;
    await Promise.all([storm.rage(kills), keepBusy(customers, jobs, random, pause)]);
    log(`the storm is over: ${storm.kills} kills, ${storm.stops} pauses, ${storm.faults} network faults`);
    for (const member of cluster.members()) await member.untilReady();
    const figures = await prove(cluster, admin, customers, submissions);
    await cluster.stopMembers();
    assert.deepEqual(cluster.bugs(), [], 'no process ended but by our hand, and all in order');
    return { ...figures, kills: storm.kills, pauses: storm.stops, networkFaults: storm.faults };
  } catch (error) {
    for (const member of cluster.members()) log(`--- ${member.name}\n${member.program.log()}`);
    if (process.env.KEEP) fs.cpSync(cluster.folder, process.env.KEEP, { recursive: true });
    throw error;
  } finally {
    clearInterval(submissions?.timer);
    for (const customer of customers) customer.receiver?.stop();
    await cluster.stop();
    await sleep(0);
  }
}
