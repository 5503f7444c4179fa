// A TCP gate between the program under test and a server that it depends on: it can be shut, and break connections the
// ways networks do.
import { once } from 'node:events';
import net from 'node:net';

/** How traffic passes: see the methods of Gate. */
const OPEN = { kind: 'open' };

class Pair {
  constructor(gate, client) {
    Object.assign(this, { gate, client, passed: 0 });
    this.server = net.connect(gate.target);
    for (const [from, to, reply] of [[client, this.server, false], [this.server, client, true]]) {
      from.on('data', (bytes) => this.pass(bytes, from, to, reply));
      from.on('end', () => gate.mode.kind !== 'blackhole' && to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => { to.destroy(); gate.pairs.delete(this); });
      from.setNoDelay(true);
    }
  }

  pass(bytes, from, to, reply) {
    const { mode } = this.gate;
    if (mode.kind === 'blackhole') return;
    if (mode.kind === 'delay') {
      from.pause();
      setTimeout(() => { this.write(bytes, from, to); from.resume(); }, mode.ms);
      return;
    }
    if (mode.kind === 'truncate' && reply) {
      const left = mode.bytes - this.passed;
      this.passed += bytes.length;
      if (bytes.length >= left) {
        if (left > 0 && !to.destroyed) to.write(bytes.subarray(0, left));
        this.client.end();
        this.server.destroy();
        return;
      }
    }
    this.write(bytes, from, to);
  }

  write(bytes, from, to) {
    if (to.destroyed || to.writableEnded) return;
    if (to.write(bytes)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }

  reset() {
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }
}

export class Gate {
  /** `target`: {host, port} of the server behind. */
  constructor(target) {
    this.target = target;
    this.mode = OPEN;
    this.pairs = new Set();
    this.listener = net.createServer({ allowHalfOpen: true }, (client) => this.pairs.add(new Pair(this, client)));
  }

  async listen(port = 0) {
    this.listener.listen(port, '127.0.0.1');
    await once(this.listener, 'listening');
    this.port = this.listener.address().port;
    return this;
  }

  /** Lets everything through again. Connections that a fault has harmed are broken off, as their bytes are lost. */
  async open() {
    if (this.mode.kind === 'blackhole') this.reset();
    this.mode = OPEN;
    if (!this.listener.listening) await this.listen(this.port);
  }

  /** Breaks off every connection with a TCP RST; new ones pass. */
  reset() {
    for (const pair of [...this.pairs]) pair.reset();
  }

  /** Connection refused, as when the server is not there. */
  async refuse() {
    if (!this.listener.listening) return;
    const closed = once(this.listener, 'close');
    this.listener.close();
    this.reset();
    await closed;
  }

  /** Connections are taken and nothing passes, as behind a firewall that drops. */
  blackhole() {
    this.mode = { kind: 'blackhole' };
  }

  /** Each piece of traffic takes `ms` longer. */
  delay(ms) {
    this.mode = { kind: 'delay', ms };
  }

  /** Every connection ends after `bytes` of answers, counted from now. */
  truncate(bytes) {
    for (const pair of this.pairs) pair.passed = 0;
    this.mode = { kind: 'truncate', bytes };
  }

  async close() {
    this.mode = OPEN;
    await this.refuse();
  }
}

/** A gate in front of `url`, and the URL that leads through it. */
export async function startGate(url) {
  const { hostname, port } = new URL(url);
  const gate = await new Gate({ host: hostname, port: Number(port) }).listen();
  const through = new URL(url);
  through.port = String(gate.port);
  gate.url = through.href.replace(/\/$/, '');
  return gate;
}
