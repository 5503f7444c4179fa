// One server for tests: started on a free port, waited for, stopped, killed, started again on the same port and data.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import readline from 'node:readline';

const running = new Set();
process.on('exit', () => running.forEach((server) => server.signal('SIGKILL')));

/** Why a server cannot be had here; the message begins `needs <server>: `. */
export class Unavailable extends Error {}

/**
 * A port that a server may be started on later. Below those that Linux gives to connections and to whoever asks for any
 * (32768 and up, ip(7)): one of those may be taken by then, and stay so for as long as the other test runs.
 */
export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const probe = net.createServer().listen(port, '127.0.0.1');
    const bound = await once(probe, 'listening').then(() => true, () => false);
    if (!bound) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/**
 * What a kind of server gives: `name` (as in `needs <name>: …`), `command` (program and arguments), `port`, `url`,
 * `env` (more environment), `answers` (async: true once it serves), `within` (ms that a start may take).
 */
export class Server {
  constructor(plan) {
    Object.assign(this, { url: plan.url, port: plan.port, plan, lines: [] });
  }

  async start() {
    const { command, env, answers, name, within = 20_000 } = this.plan;
    // The kernel ends the server when this process ends, however it does. A group of its own: Ctrl-C is ours to handle.
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(this);
    for (const stream of [this.child.stdout, this.child.stderr])
      readline.createInterface({ input: stream }).on('line', (line) => (this.lines = [...this.lines.slice(-50), line]));
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => resolve({ error }));
      this.child.on('close', (code, signal) => resolve({ code, signal }));
    }).then((end) => {
      running.delete(this);
      return (this.end = end);
    });
    this.end = undefined;
    const deadline = Date.now() + within;
    while (!(await answers(this).catch(() => false))) {
      this.timedOut = !this.end && Date.now() > deadline;
      if (this.end || this.timedOut) throw await this.failure(name, within);
      await Promise.race([this.ended, new Promise((resolve) => setTimeout(resolve, 25))]);
    }
    return this;
  }

  async failure(name, within) {
    const { error, code, signal } = this.end ?? {};
    await this.kill();
    const said = this.lines.join('\n');
    if (error || code === 127) return new Unavailable(`needs ${name}: not found (scripts/bootstrap test)`);
    // 69 (sysexits.h, EX_UNAVAILABLE) is what our start scripts say when something must be installed first.
    if (code === 69) return new Unavailable(`needs ${name}: ${this.lines.at(-1)}`);
    const how = this.timedOut ? `not within ${within} ms` : `exit ${code ?? signal}`;
    return new Error(`${name} does not answer (${how}):\n${said}`);
  }

  /** SIGSTOP and SIGCONT pause it. */
  signal(signal) {
    try {
      if (!this.end) process.kill(-this.child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }

  /** An orderly end. */
  async stop() {
    this.signal('SIGTERM');
    const late = setTimeout(() => this.signal('SIGKILL'), 5_000);
    const end = await this.ended;
    clearTimeout(late);
    return end;
  }

  /** The end as by a power cut. */
  async kill() {
    this.signal('SIGKILL');
    return this.ended;
  }

  /** Again, on the same port and data; a server that still runs is stopped first. */
  async restart() {
    if (!this.end) await this.stop();
    return this.start();
  }
}

/** Starts what `plan(port)` describes; a free port that someone else took meanwhile is replaced. */
export async function startOn(port, plan) {
  for (let attempt = 1; ; ++attempt) {
    const server = new Server(plan(port ?? (await freePort())));
    try {
      return await server.start();
    } catch (error) {
      const taken = server.lines.some((line) => /address already in use/i.test(line));
      if (port || !taken || attempt === 3) throw error;
    }
  }
}
