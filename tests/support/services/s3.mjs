// versitygw, an S3 server that keeps objects as files; scripts/bootstrap builds it where Go is new enough.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startOn, Unavailable } from './server.mjs';

const VERSION = '1.8.0'; // as in scripts/bootstrap
const cache = process.env.ATELIER_CACHE ?? path.join(os.homedir(), '.cache/atelier');
const binary = path.join(cache, `versitygw-${VERSION}`, 'versitygw');

export const S3_ACCESS_KEY_ID = 'atelier-tests';
export const S3_SECRET_ACCESS_KEY = 'secret-of-the-s3-of-the-tests-51d0';

function whyMissing() {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return 'it is not built (scripts/bootstrap test, which needs Go 1.25 or newer and the Go module proxy)';
  } catch {
    return 'Go 1.25 or newer not found';
  }
}

/** Objects lie in `dir`/objects, what belongs to them in `dir`/attributes (not every file system has attributes). */
export async function startS3({ port, dir } = {}) {
  if (!fs.existsSync(binary)) throw new Unavailable(`needs versitygw: ${whyMissing()}`);
  const [objects, attributes] = ['objects', 'attributes'].map((name) => path.join(dir, name));
  for (const folder of [objects, attributes]) fs.mkdirSync(folder, { recursive: true });
  return startOn(port, (free) => ({
    name: 'versitygw',
    port: free,
    url: `http://127.0.0.1:${free}`,
    command: [binary, '--port', `127.0.0.1:${free}`, '--quiet', 'posix', '--sidecar', attributes, objects],
    env: { ROOT_ACCESS_KEY_ID: S3_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY: S3_SECRET_ACCESS_KEY },
    answers: async () => (await fetch(`http://127.0.0.1:${free}/`)).status === 403,
  }));
}
