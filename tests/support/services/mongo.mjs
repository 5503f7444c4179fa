// mongo-java-server by tests/support/mongo/start, which fetches it from Maven Central at its first start.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOn } from './server.mjs';

const script = path.join(path.dirname(fileURLToPath(import.meta.url)), '../mongo/start');
const FETCH_WITHIN_MS = 300_000;

/** With `data` (a file) every acknowledged write survives a kill; without, everything is in memory. */
export function startMongo({ port, data } = {}) {
  return startOn(port, (free) => ({
    name: 'mongo-java-server',
    port: free,
    url: `mongodb://127.0.0.1:${free}`,
    command: [script, String(free), ...(data ? [data] : [])],
    within: FETCH_WITHIN_MS,
    answers: async ({ lines }) => lines.some((line) => line.startsWith('listening on ')),
  }));
}
