// What goes wrong, and when: decided by the seed alone, as far as a running system lets it.
import { sleep } from './random.mjs';

const NETWORK = [
  ['refuse', (gate) => gate.refuse()],
  ['reset', (gate) => gate.reset()],
  ['delay', (gate, random) => gate.delay(random.whole(50, 800))],
  ['truncate', (gate, random) => gate.truncate(random.whole(0, 3000))],
  ['blackhole', (gate) => gate.blackhole()],
];

export class Storm {
  constructor(cluster, random, { leaseMs, log = () => {} }) {
    Object.assign(this, { cluster, random, leaseMs, log, kills: 0, stops: 0, faults: 0 });
  }

  /** Kills or pauses `count` processes one after the other, while the network breaks now and then. */
  async rage(count) {
    const network = { over: false };
    const weather = this.breakNetwork(network);
    const pauses = [];
    for (let i = 0; i < count; ++i) {
      await sleep(this.random.between(400, 2200));
      const member = this.random.pick(this.cluster.members());
      if (!member.ready) await member.untilReady(120_000);
      if (this.random.chance(0.25)) pauses.push(this.pause(member));
      else this.kill(member);
    }
    await Promise.all(pauses);
    network.over = true;
    await weather;
    for (const gate of Object.values(this.cluster.gates)) await gate.open();
  }

  kill(member) {
    if (member.paused) return void ++this.kills; // it is as good as dead
    this.kills += 1;
    this.log(`kill -9 ${member.name}`);
    member.signal('SIGKILL');
  }

  /** Longer than its lease: others take over, then it comes back and must notice. */
  async pause(member) {
    this.stops += 1;
    if (member.paused) return;
    member.paused = true;
    const { child } = member.program;
    const ms = this.leaseMs * this.random.between(0.5, 3);
    this.log(`SIGSTOP ${member.name} for ${Math.round(ms)} ms`);
    child.kill('SIGSTOP');
    await sleep(ms);
    child.kill('SIGCONT');
    member.paused = false;
  }

  async breakNetwork(network) {
    while (!network.over) {
      await sleep(this.random.between(500, 4000));
      if (network.over) return;
      const [target, gate] = this.random.pick(Object.entries(this.cluster.gates));
      const [kind, apply] = this.random.pick(NETWORK);
      const ms = this.random.between(100, 2500);
      this.faults += 1;
      this.log(`${target}: ${kind} for ${Math.round(ms)} ms`);
      await apply(gate, this.random);
      await sleep(ms);
      await gate.open();
    }
  }
}
