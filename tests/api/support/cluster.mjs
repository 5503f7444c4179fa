// The scaled-out set: servers of its own behind gates, several `serve --no-worker` and `worker`, each started again
// whenever it ends, as systemd or Kubernetes would.
import fs from 'node:fs';
import path from 'node:path';
import { Program, tempFolder } from './processes.mjs';
import { startEmulator } from './servers.mjs';
import { Client } from './client.mjs';
import { keepSecret } from './secrets.mjs';
import { startGate } from '../../support/gate.mjs';
import { startMongo } from '../../support/services/mongo.mjs';
import { freePort } from '../../support/services/server.mjs';
import { startRedis } from '../../support/services/redis.mjs';
import { S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, startS3 } from '../../support/services/s3.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const RESTART_AFTER_MS = 200;
const PROVIDER_KEY = 'bfl_key_of_the_chaos_91c27f3a';
const JWT_SECRET = 'secret-of-the-scaled-out-set-under-test-0c41';
const BUCKET = 'pictures';
keepSecret('provider key', PROVIDER_KEY);
keepSecret('signing secret', JWT_SECRET);

/** What leads to each kind of server; without it the files of the embedded mode are used. */
const SETTINGS = {
  redis: (url) => ({ REDIS_URL: url }),
  mongo: (url) => ({ MONGODB_URI: `${url}/atelier` }),
  s3: (url) => ({ S3_ENDPOINT: url, S3_BUCKET: BUCKET, S3_PATH_STYLE: 'on', S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY }),
};

/** One process of the set, kept alive until `stop`. */
class Member {
  constructor(name, args, env, { readyPrefix, url }) {
    Object.assign(this, { name, args, env, readyPrefix, url, stopping: false, ours: false, bugs: [], starts: 0 });
    this.living = this.live();
  }

  async live() {
    while (!this.stopping) {
      this.ours = false;
      this.ready = false;
      const program = new Program(this.args, { env: this.env });
      this.program = program;
      this.starts += 1;
      const begun = program.ready(this.readyPrefix).then(() => (this.ready = true), () => {});
      const end = await program.ended;
      await begun;
      // What ends by itself before it is ready has found a server away; afterwards nothing may end it but us.
      const wasAsked = this.ours && (!this.stopping || end.code === 0);
      if (this.ready && !wasAsked) this.bugs.push(`${this.name} ended with ${end.code ?? end.signal}:\n${program.log()}`);
      this.ready = false;
      await sleep(RESTART_AFTER_MS);
    }
  }

  signal(name) {
    this.ours = true;
    this.program.child.kill(name);
  }

  /** Returns once the process is there again. */
  async untilReady(within = 60_000) {
    for (const deadline = Date.now() + within; !this.ready; await sleep(25))
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready:\n${this.program.log()}`);
  }

  async stop() {
    this.stopping = true;
    this.ours = true;
    this.program.child.kill('SIGCONT');
    this.program.child.kill('SIGTERM');
    await this.living;
  }
}

export class Cluster {
  /** `{serves, workers, env, latencyMs, kinds}`; a server that cannot be had throws Unavailable. */
  static async start({ serves = 2, workers = 3, env = {}, latencyMs = 300, kinds = Object.keys(SETTINGS) } = {}) {
    const cluster = new Cluster();
    try {
      await cluster.startServers(latencyMs, kinds);
      await cluster.startMembers(serves, workers, env);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async startServers(latencyMs, kinds) {
    this.folder = tempFolder('chaos');
    const made = (name) => { const dir = path.join(this.folder, name); fs.mkdirSync(dir, { recursive: true }); return dir; };
    const starts = {
      redis: () => startRedis({ dir: made('redis') }),
      mongo: () => startMongo(), // in memory: no test here kills it, and its files are slow
      s3: () => startS3({ dir: made('s3') }),
    };
    this.servers = {};
    for (const kind of kinds) this.servers[kind] = await starts[kind]();
    this.bucketFolder = made(`s3/objects/${BUCKET}`);
    this.emulator = await startEmulator({ latencyMs, seed: 7 });
    this.gates = {};
    for (const [name, { url }] of Object.entries({ ...this.servers, emulator: this.emulator }))
      this.gates[name] = await startGate(url);
  }

  async startMembers(serves, workers, more) {
    const ports = [];
    for (let i = 0; i < serves + workers; ++i) ports.push(await freePort());
    const addressOf = (i) => `127.0.0.1:${ports[i]}`;
    this.env = {
      ...Object.assign({}, ...Object.keys(this.servers).map((kind) => SETTINGS[kind](this.gates[kind].url))),
      BFL_BASE_URL: this.gates.emulator.url, BFL_API_KEY: PROVIDER_KEY,
      PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
      JWT_SECRET, ACCESS_TOKEN_TTL: '1h', RATE_LIMIT_PER_MINUTE: '1000000', LOGIN_ATTEMPTS: '1000', REGISTRATIONS_PER_HOUR: '0', SIGNUP_CREDITS: '100000',
      MAX_ACTIVE_JOBS_PER_USER: '1000', WORKER_LEASE: '3', DRAIN_TIMEOUT: '10', ALLOW_LOOPBACK_URLS: 'on', IMAGE_THREADS: '1',
      ...more,
    };
    this.serves = Array.from({ length: serves }, (_, i) => new Member(`serve ${i + 1}`,
      ['serve', '--no-worker', '--listen', addressOf(i), '--data', this.folder], this.env,
      { readyPrefix: 'listening on ', url: `http://${addressOf(i)}` }));
    this.workers = Array.from({ length: workers }, (_, i) => new Member(`worker ${i + 1}`,
      ['worker', '--listen', addressOf(serves + i), '--data', this.folder], this.env,
      { readyPrefix: 'worker ready', url: `http://${addressOf(serves + i)}` }));
    for (const member of this.members()) await member.untilReady();
    this.dataDir = this.folder;
  }

  members() {
    return [...(this.serves ?? []), ...(this.workers ?? [])];
  }

  /** For helpers of the API tests: one of the servers, and the settings for `atelier` commands on the same stores. */
  asServe(i = 0) {
    const { url } = this.serves[i];
    return { url, env: this.env, dataDir: this.folder, anonymous: new Client(url) };
  }

  /** What went wrong without our doing. */
  bugs() {
    return this.members().flatMap((member) => member.bugs);
  }

  stopMembers() {
    return Promise.all(this.members().map((member) => member.stop()));
  }

  async stop() {
    await this.stopMembers();
    for (const gate of Object.values(this.gates ?? {})) await gate.close();
    await this.emulator?.stop();
    for (const server of Object.values(this.servers ?? {})) await server.stop();
  }
}
