import { createHash, createSecretKey, randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import express from 'express';
import jwt from 'jsonwebtoken';
import { z } from 'zod';

const hashOf = promisify(scrypt);
const PRICE = 5;

const Credentials = z.object({ email: z.email(), password: z.string().min(10).max(200) });
const Upload = z.object({ imageBase64: z.base64().min(1), category: z.string().default('upper_body') });
const Tryon = z.object({
  modelId: z.uuid(),
  garmentId: z.uuid(),
  numSamples: z.number().int().min(1).max(4).default(1),
  seed: z.number().int().optional(),
});

const SIGNATURES = { png: '89504e47', jpeg: 'ffd8ff', webp: '52494646' };

class Problem extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
  }
}

async function verify(password, stored) {
  const [salt, hash] = stored.split(':');
  const found = await hashOf(password, Buffer.from(salt, 'hex'), 32);
  return timingSafeEqual(found, Buffer.from(hash, 'hex'));
}

/** The whole service on `store` (mongo_store.mjs, sqlite_store.mjs); tokens are signed with `secret`, pictures kept in
 * the folder `pictures` under their hash. */
export function makeApp({ store, secret, pictures }) {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '30mb' }));

  // Made once: jsonwebtoken tries to read text as a public key first, which takes OpenSSL 0.7 ms at every request.
  const key = createSecretKey(Buffer.from(secret));
  const session = (userId) => ({ accessToken: jwt.sign({}, key, { subject: userId, expiresIn: '1d' }) });

  function authenticate(request, response, next) {
    const [scheme, token] = (request.get('authorization') ?? '').split(' ');
    if (scheme !== 'Bearer') throw new Problem(401, 'unauthenticated');
    try {
      request.userId = jwt.verify(token, key, { algorithms: ['HS256'] }).sub;
    } catch {
      throw new Problem(401, 'unauthenticated');
    }
    next();
  }

  app.post('/auth/register', async (request, response) => {
    const { email, password } = Credentials.parse(request.body);
    const salt = randomBytes(16);
    const hash = `${salt.toString('hex')}:${(await hashOf(password, salt, 32)).toString('hex')}`;
    const userId = await store.createUser(email.toLowerCase(), hash);
    if (!userId) throw new Problem(409, 'email_taken');
    response.status(201).json(session(userId));
  });

  app.post('/auth/login', async (request, response) => {
    const { email, password } = Credentials.parse(request.body);
    const user = await store.findByEmail(email.toLowerCase());
    if (!user || !(await verify(password, user.hash))) throw new Problem(401, 'invalid_credentials');
    response.json(session(user.id));
  });

  app.get('/credits/balance', authenticate, async (request, response) => {
    const balance = await store.balanceOf(request.userId);
    if (!balance) throw new Problem(401, 'unauthenticated');
    response.json(balance);
  });

  async function savePicture(base64) {
    const bytes = Buffer.from(base64, 'base64');
    const type = Object.keys(SIGNATURES).find((name) => bytes.toString('hex', 0, 4).startsWith(SIGNATURES[name]));
    if (!type) throw new Problem(415, 'unsupported_media_type');
    const key = `${createHash('sha256').update(bytes).digest('hex')}.${type}`;
    await fs.writeFile(path.join(pictures, key), bytes);
    return key;
  }

  for (const kind of ['models', 'garments'])
    app.post(`/${kind}/upload`, authenticate, async (request, response) => {
      const { imageBase64, category } = Upload.parse(request.body);
      const picture = { id: randomUUID(), userId: request.userId, key: await savePicture(imageBase64), category };
      await store.addPicture(kind, picture);
      response.status(201).location(`/${kind}/${picture.id}`).json({ id: picture.id, category });
    });

  app.post('/tryon', authenticate, async (request, response) => {
    const wanted = Tryon.parse(request.body);
    const [model, garment] = await Promise.all([
      store.findPicture('models', wanted.modelId, request.userId),
      store.findPicture('garments', wanted.garmentId, request.userId),
    ]);
    if (!model || !garment) throw new Problem(404, 'not_found');
    const creditsHeld = PRICE * wanted.numSamples;
    const jobId = randomUUID();
    const job = await store.accept({ jobId, userId: request.userId, request: wanted, creditsHeld });
    if (!job) throw new Problem(402, 'insufficient_credits');
    response.status(202).location(`/tryon/${jobId}`).json({ id: jobId, kind: 'tryon', status: job.status, creditsHeld, createdAt: job.createdAt });
  });

  app.use((error, request, response, _next) => {
    if (error instanceof z.ZodError) return response.status(422).json({ code: 'validation_failed', errors: error.issues });
    response.status(error.status ?? 500).json({ code: error.message });
  });
  return app;
}
