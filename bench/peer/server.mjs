// node server.mjs PORT: prints "listening on http://127.0.0.1:PORT" when every process serves.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { makeApp } from './app.mjs';
import { Job, UsageLog, User } from './models.mjs';

const { MONGODB_URI, REDIS_URL, JWT_SECRET } = process.env;
const port = Number(process.argv[2] ?? 0);

async function serve() {
  await mongoose.connect(MONGODB_URI, { w: 'majority', appName: 'peer' });
  await Promise.all([User.init(), Job.init(), UsageLog.init()]);
  const queue = new Queue('peer-jobs', { connection: new Redis(REDIS_URL, { maxRetriesPerRequest: null }) });
  makeApp({ queue, secret: JWT_SECRET }).listen(port, '127.0.0.1');
}

function supervise() {
  let open = availableParallelism();
  for (let i = 0; i < availableParallelism(); ++i) cluster.fork();
  cluster.on('listening', (_worker, address) => {
    if (--open === 0) console.log(`listening on http://127.0.0.1:${address.port}`);
  });
  cluster.on('exit', (worker, code) => process.exit(code ?? 1));
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.on(signal, () => {
      cluster.removeAllListeners('exit');
      for (const worker of Object.values(cluster.workers)) worker.kill('SIGKILL');
      process.exit(0);
    });
}

if (cluster.isPrimary) supervise();
else await serve();
