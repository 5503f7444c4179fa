// The C++ queue from the shell: tests/support/queue_tool.cc says what it can do.
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { binary } from './processes.mjs';

const tool = path.join(path.dirname(binary), 'tests/queue_tool');
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A command under way; its lines are JSON values. */
class Command {
  constructor(url, prefix, words) {
    this.child = spawn(tool, [url, prefix, ...words.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.child);
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.errors = '';
    this.child.stderr.on('data', (data) => { this.errors += data; });
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => {
        running.delete(this.child);
        resolve(code);
      });
      this.child.on('error', (error) => { this.errors += error.message; resolve(-1); });
    });
  }

  async next() {
    const { value, done } = await this.lines.next();
    if (!done) return JSON.parse(value);
    await this.ended;
    throw new Error(this.errors.trim());
  }

  kill() {
    this.child.kill('SIGKILL');
    return this.ended;
  }
}

/** The queue `atelier-jobs` with `prefix` on the Redis at `url`. Calls give the last answer, or fail with what the tool says. */
export class QueueTool {
  constructor(url, prefix) {
    Object.assign(this, { url, prefix });
  }

  start(...words) {
    return new Command(this.url, this.prefix, words);
  }

  /** A worker that is ready for whatever comes. */
  async startWork(...words) {
    const worker = this.start('work', ...words);
    await worker.next();
    return worker;
  }

  async call(...words) {
    const command = this.start(...words);
    let answer = await command.next();
    for await (const line of command.lines) answer = JSON.parse(line);
    await command.ended;
    return answer;
  }
}
