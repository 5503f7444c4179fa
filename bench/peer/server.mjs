// node server.mjs PORT: prints "listening on http://127.0.0.1:PORT" when every process serves.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { makeApp } from './app.mjs';

const { MONGODB_URI, REDIS_URL, SQLITE_FILE, JWT_SECRET, PICTURES } = process.env;
const port = Number(process.argv[2] ?? 0);

async function openStore() {
  if (SQLITE_FILE) return (await import('./sqlite_store.mjs')).openSqlite({ file: SQLITE_FILE });
  return (await import('./mongo_store.mjs')).openMongo({ mongodbUri: MONGODB_URI, redisUrl: REDIS_URL });
}

async function serve() {
  makeApp({ store: await openStore(), secret: JWT_SECRET, pictures: PICTURES }).listen(port, '127.0.0.1');
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
