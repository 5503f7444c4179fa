// The service and the emulated provider, each started on a free port for one test file.
import fs from 'node:fs';
import { Client } from './client.mjs';
import { Program, runAtelier, tempFolder } from './processes.mjs';
import { storeSettings } from './scaled.mjs';
import { assertDiscreet, keepSecret } from './secrets.mjs';

const PROVIDER_KEY = 'bfl_key_of_the_tests_7f3a91c2';
keepSecret('provider key', PROVIDER_KEY);

/** The emulated provider and its own doors (`/_emulator/…`). */
class Emulator {
  constructor(program, url) {
    Object.assign(this, { program, url });
  }

  async door(method, target, body) {
    const response = await fetch(new URL(target, this.url), {
      method,
      headers: body && { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  stats() {
    return this.door('GET', '/_emulator/stats');
  }

  /** The newest requests first: {path, status, taskId, body}. */
  async requests(limit = 1000) {
    return (await this.door('GET', `/_emulator/requests?limit=${limit}`)).items;
  }

  /** Generations that the provider took on, by seed: what is 2 anywhere was paid for twice. */
  async submitsBySeed() {
    const bySeed = new Map();
    for (const { status, body } of await this.requests())
      if (status === 200 && body.seed !== undefined) bySeed.set(body.seed, (bySeed.get(body.seed) ?? 0) + 1);
    return bySeed;
  }

  /** The same apart for each endpoint: the steps of one job share a seed. */
  async submitsByEndpointAndSeed() {
    const counts = new Map();
    for (const { path, status, body } of await this.requests()) {
      if (status !== 200 || body.seed === undefined) continue;
      const what = `${path} with seed ${body.seed}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    return counts;
  }

  /** Breaks the next answers that fit; see src/emulator/faults.h. */
  addFaults(...faults) {
    return this.door('POST', '/_emulator/faults', faults);
  }

  clearFaults() {
    return this.door('DELETE', '/_emulator/faults');
  }

  change(settings) {
    return this.door('POST', '/_emulator/settings', settings);
  }

  stop() {
    return this.program.kill();
  }
}

/** `strict`: fields that the provider does not know are refused, so that every test shows that we send none. */
export async function startEmulator({ latencyMs = 30, seed = 1, listen = '127.0.0.1:0', strict = true } = {}) {
  const program = new Program(['emulator', '--listen', listen, '--latency-ms', String(latencyMs), '--seed', String(seed)]);
  const emulator = new Emulator(program, await program.ready('listening on '));
  if (strict) await emulator.change({ strict });
  return emulator;
}

/** A running `atelier serve`. */
class Serve {
  constructor(program, url, dataDir, env) {
    Object.assign(this, { program, url, dataDir, env });
    this.anonymous = new Client(url);
  }

  /** The log as objects. */
  entries() {
    return this.program.logLines.map((line) => JSON.parse(line));
  }

  /** An orderly end; then the whole log is searched for secrets. */
  async stop() {
    const end = await this.program.stop();
    assertDiscreet(this.program.logLines, 'serve');
    return end;
  }

  /** The end as by a power cut; the log is searched all the same. */
  async kill() {
    await this.program.kill();
    assertDiscreet(this.program.logLines.slice(0, -1), 'serve');
  }
}

/** Settings under which tests run unless they say otherwise: no limit that a busy test would meet by chance. */
function settingsOf(emulator, env) {
  return {
    ...(emulator && { BFL_BASE_URL: emulator.url, BFL_API_KEY: PROVIDER_KEY }),
    RATE_LIMIT_PER_MINUTE: '1000000',
    LOGIN_ATTEMPTS: '1000',
    REGISTRATIONS_PER_HOUR: '0',
    SIGNUP_CREDITS: '1000',
    DRAIN_TIMEOUT: '10',
    ...env,
  };
}

export async function startServe({ emulator, env = {}, dataDir = tempFolder('data'), args = [], listen = '127.0.0.1:0' } = {}) {
  fs.mkdirSync(dataDir, { recursive: true });
  const settings = { ...(await storeSettings(dataDir)), ...settingsOf(emulator, env) };
  const program = new Program(['serve', '--listen', listen, '--data', dataDir, ...args], { env: settings, cwd: dataDir });
  return new Serve(program, await program.ready('listening on '), dataDir, settings);
}

/** An `atelier` command on the data of a server, such as `user create`. */
export function runOn(serve, args, options = {}) {
  return runAtelier(args, { ...options, env: { ...serve.env, ATELIER_DATA_DIR: serve.dataDir, ...options.env }, cwd: serve.dataDir });
}
