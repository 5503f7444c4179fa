// Redis, MongoDB and S3 for API tests: the shared ones of the harness, or one of a test's own that it may kill.
import path from 'node:path';
import { startMongo as mongo } from '../../support/services/mongo.mjs';
import { startRedis as redis } from '../../support/services/redis.mjs';
import { S3_SECRET_ACCESS_KEY, startS3 as s3 } from '../../support/services/s3.mjs';
import { tempFolder } from './processes.mjs';
import { keepSecret } from './secrets.mjs';

export { freePort } from '../../support/services/server.mjs';
export { S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } from '../../support/services/s3.mjs';
keepSecret('S3 secret', S3_SECRET_ACCESS_KEY);

/** The shared servers, by name: `{redis, mongo, s3}`; undefined where they cannot be had. */
export const shared = {
  redis: process.env.ATELIER_TEST_REDIS_URL,
  mongo: process.env.ATELIER_TEST_MONGODB_URI,
  s3: process.env.ATELIER_TEST_S3_ENDPOINT,
};

const programs = { redis: 'redis-server', mongo: 'mongo-java-server', s3: 'versitygw' };

/** For `skip:` of a test: false, or why the servers that it names are not there. */
export function without(...names) {
  const missing = names.find((name) => !shared[name]);
  return missing ? `needs ${programs[missing]}: make services, or scripts/run_tests` : false;
}

// Servers of a test's own, with stop(), kill(), restart() (same port and data), signal(). They keep their data over a
// kill, and end with the test process. Use them only where `without(…)` is false: then they can be had.
export const startRedis = ({ port, dir = tempFolder('redis'), args, tlsFolder } = {}) => redis({ port, dir, args, tlsFolder });
export const startMongo = ({ port, data = path.join(tempFolder('mongo'), 'data') } = {}) => mongo({ port, data });
export const startS3 = ({ port, dir = tempFolder('s3') } = {}) => s3({ port, dir });
