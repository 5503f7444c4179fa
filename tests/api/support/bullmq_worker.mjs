// A Node worker in a process of its own, to be killed: takes one job, prints its id and never finishes it.
//   node bullmq_worker.mjs URL PREFIX PACKAGE LOCK_MS
const [url, prefix, name, lock] = process.argv.slice(2);
const { Worker } = await import(name);
const { hostname, port } = new URL(url);

const worker = new Worker('atelier-jobs', (job) => {
  console.log(job.id);
  return new Promise(() => {});
}, { connection: { host: hostname, port: Number(port) }, prefix, lockDuration: Number(lock), stalledInterval: Number(lock) });
worker.on('error', () => {});
