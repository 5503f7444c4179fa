// Node's bullmq, for comparison with tests/support/queue_tool.cc: adds COUNT jobs, WINDOW in flight, or processes them.
//   node node_bullmq.mjs URL PREFIX fill|work COUNT WINDOW
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const tests = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../tests/');
const { Queue, Worker } = await import(pathToFileURL(createRequire(`${tests}/`).resolve('bullmq')));
const [url, prefix, command, countText, windowText] = process.argv.slice(2);
const [count, window] = [Number(countText), Number(windowText)];
const { hostname, port } = new URL(url);
const options = { connection: { host: hostname, port: Number(port), maxRetriesPerRequest: null }, prefix };
const keep = { removeOnComplete: { age: 3_600, count: 1_000 } };

function report(begun, cpu) {
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ count, perSecond: Math.round(count / seconds), cpuMicrosEach: (user + system) / count }));
}

async function fill() {
  const queue = new Queue('atelier-jobs', options);
  await queue.waitUntilReady();
  const users = Array.from({ length: 10 }, () => randomUUID());
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      const jobId = randomUUID();
      // As many options as ours: a priority puts the job where ours go.
      await queue.add('atelier', { jobId, userId: users[left % 10] }, { jobId, priority: 1 + Math.floor((count - left) / 10) });
    }
  };
  await Promise.all(Array.from({ length: window }, lane));
  report(begun, cpu);
  await queue.close();
}

async function work() {
  const worker = new Worker('atelier-jobs', undefined, { ...options, ...keep, concurrency: window, autorun: false });
  await worker.waitUntilReady();
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  let done = 0;
  await new Promise((resolve) => {
    worker.processFn = async () => ({ done: true });
    worker.on('completed', () => ++done === count && resolve());
    worker.run();
  });
  report(begun, cpu);
  await worker.close();
}

await (command === 'fill' ? fill() : work());
