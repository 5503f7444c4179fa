// The API tests on the scaled-out set: with ATELIER_TEST_SCALED=1 every server that a test starts works on MongoDB,
// Redis and S3 in place of files. Each data folder stands for a database, a key prefix and a bucket of its own, so that
// a server started on the folder of another finds what that one left.
import crypto from 'node:crypto';
import { makeBucket } from '../../support/s3_bucket.mjs';

const SERVERS = {
  'redis-server': 'ATELIER_TEST_REDIS_URL',
  'mongo-java-server': 'ATELIER_TEST_MONGODB_URI',
  versitygw: 'ATELIER_TEST_S3_ENDPOINT',
};

export const scaled = process.env.ATELIER_TEST_SCALED === '1';

/** For `skip:` of a test that needs all three servers: false, or the reason. */
export function missingServers() {
  const missing = Object.entries(SERVERS).find(([, variable]) => !process.env[variable]);
  return missing ? `needs ${missing[0]}: ${missing[1]} is not set` : false;
}

/** For `skip:` of a test about SQLite or the data folder. */
export const embeddedOnly = scaled && 'is about the files of the embedded mode';

const stores = new Map();

/** Settings of a database, a key prefix and a bucket that nobody else uses. */
export async function makeStores() {
  const name = `t-${crypto.randomBytes(6).toString('hex')}`;
  const { ATELIER_TEST_REDIS_URL, ATELIER_TEST_MONGODB_URI, ATELIER_TEST_S3_ENDPOINT } = process.env;
  const accessKeyId = process.env.ATELIER_TEST_S3_ACCESS_KEY_ID;
  const secretAccessKey = process.env.ATELIER_TEST_S3_SECRET_ACCESS_KEY;
  await makeBucket({ endpoint: ATELIER_TEST_S3_ENDPOINT, accessKeyId, secretAccessKey }, name);
  return {
    REDIS_URL: ATELIER_TEST_REDIS_URL,
    QUEUE_PREFIX: name,
    MONGODB_URI: `${ATELIER_TEST_MONGODB_URI}/${name}`,
    S3_ENDPOINT: ATELIER_TEST_S3_ENDPOINT, S3_BUCKET: name, S3_PATH_STYLE: 'on',
    S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey,
    JWT_SECRET: crypto.randomBytes(24).toString('hex'),
  };
}

/** Settings of the stores that `dataDir` stands for; none in the embedded mode. */
export async function storeSettings(dataDir) {
  if (!scaled) return {};
  const missing = missingServers();
  if (missing) throw new Error(`ATELIER_TEST_SCALED=1 ${missing}`);
  if (!stores.has(dataDir)) stores.set(dataDir, await makeStores());
  return stores.get(dataDir);
}
