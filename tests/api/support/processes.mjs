// Starts the program under test and makes sure that nothing of it outlives the test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const binary = process.env.ATELIER_BIN ?? path.join(root, 'build/release/atelier');

const READY_WITHIN_MS = 60_000;
const running = new Set();
const folders = new Set();

/** A folder that is removed when the test process ends. */
export function tempFolder(purpose = 'test') {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `atelier-${purpose}-`));
  folders.add(folder);
  return folder;
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** Only what every program needs: no setting of the developer's shell reaches the program under test. */
function cleanEnvironment(settings) {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'];
  const base = Object.fromEntries(kept.filter((name) => name in process.env).map((name) => [name, process.env[name]]));
  return { ...base, ...settings };
}

/** A running `atelier` command: its log, and ways to end it. */
export class Program {
  constructor(args, { env = {}, cwd = os.tmpdir(), input } = {}) {
    this.name = args[0];
    this.logLines = [];
    this.outLines = [];
    this.child = spawn(binary, args, { env: cleanEnvironment(env), cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdin.on('error', () => {});
    this.child.stdin.end(input);
    running.add(this.child);
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => this.outLines.push(line));
    readline.createInterface({ input: this.child.stderr }).on('line', (line) => this.logLines.push(line));
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => resolve({ code: null, signal: null, error }));
      this.child.on('close', (code, signal) => resolve({ code, signal }));
    }).then((end) => {
      running.delete(this.child);
      return end;
    });
  }

  /** The rest of the one line that says that the program is ready. */
  async ready(prefix) {
    const line = new Promise((resolve) => {
      readline.createInterface({ input: this.child.stdout }).on('line', (text) => {
        if (text.startsWith(prefix)) resolve(text.slice(prefix.length).trim());
      });
    });
    const late = new Promise((resolve) => setTimeout(resolve, READY_WITHIN_MS, 'late').unref());
    const first = await Promise.race([line, this.ended.then(() => 'ended'), late]);
    if (first !== 'late' && first !== 'ended') return first;
    this.child.kill('SIGKILL');
    const end = await this.ended;
    throw new Error(`atelier ${this.name} was not ready (${first}, exit ${end.code}${end.error ?? ''}):\n${this.log()}`);
  }

  log() {
    return this.logLines.slice(-40).join('\n');
  }

  /** Ends as power does. */
  async kill() {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Asks for an orderly end; the exit code must be 0. */
  async stop() {
    this.child.kill('SIGTERM');
    const end = await this.ended;
    if (end.code !== 0) throw new Error(`atelier ${this.name} ended with ${end.code ?? end.signal}:\n${this.log()}`);
    return end;
  }
}

/** Runs a command to its end; one that does not end is killed. */
export async function runAtelier(args, options) {
  const program = new Program(args, options);
  const overdue = setTimeout(() => program.kill(), READY_WITHIN_MS);
  const end = await program.ended;
  clearTimeout(overdue);
  return { ...end, out: program.outLines.join('\n'), log: program.logLines.join('\n') };
}

/** Waits until `condition` returns something truthy, and returns that. */
export async function until(condition, { within = 15_000, every = 25, what = condition } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

export { once };
