import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import express from 'express';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { Job, UsageLog, User } from './models.mjs';

const hashOf = promisify(scrypt);
const PRICE = 5;

const Credentials = z.object({ email: z.email(), password: z.string().min(10).max(200) });
const Tryon = z.object({
  modelId: z.uuid(),
  garmentId: z.uuid(),
  numSamples: z.number().int().min(1).max(4).default(1),
  seed: z.number().int().optional(),
});

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

/** The whole service on `queue`, a BullMQ Queue; tokens are signed with `secret`. */
export function makeApp({ queue, secret }) {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '1mb' }));

  const session = (user) => ({ accessToken: jwt.sign({}, secret, { subject: user.id, expiresIn: '1d' }) });

  function authenticate(request, response, next) {
    const [scheme, token] = (request.get('authorization') ?? '').split(' ');
    if (scheme !== 'Bearer') throw new Problem(401, 'unauthenticated');
    try {
      request.userId = jwt.verify(token, secret).sub;
    } catch {
      throw new Problem(401, 'unauthenticated');
    }
    next();
  }

  app.post('/auth/register', async (request, response) => {
    const { email, password } = Credentials.parse(request.body);
    const salt = randomBytes(16);
    const hash = `${salt.toString('hex')}:${(await hashOf(password, salt, 32)).toString('hex')}`;
    const user = await User.create({ email, hash });
    response.status(201).json(session(user));
  });

  app.post('/auth/login', async (request, response) => {
    const { email, password } = Credentials.parse(request.body);
    const user = await User.findOne({ email: email.toLowerCase() });
    if (!user || !(await verify(password, user.hash))) throw new Problem(401, 'invalid_credentials');
    response.json(session(user));
  });

  app.get('/credits/balance', authenticate, async (request, response) => {
    const user = await User.findById(request.userId).lean();
    if (!user) throw new Problem(401, 'unauthenticated');
    const creditsHeld = Object.values(user.holds ?? {}).reduce((sum, held) => sum + held, 0);
    response.json({ creditsLeft: user.creditsLeft, creditsHeld });
  });

  app.post('/tryon', authenticate, async (request, response) => {
    const wanted = Tryon.parse(request.body);
    const creditsHeld = PRICE * wanted.numSamples;
    const jobId = randomUUID();
    const { userId } = request;
    const user = await User.findOneAndUpdate(
      { _id: userId, creditsLeft: { $gte: creditsHeld } },
      { $inc: { creditsLeft: -creditsHeld }, $set: { [`holds.${jobId}`]: creditsHeld } },
      { returnDocument: 'after', projection: { creditsLeft: 1 }, lean: true },
    );
    if (!user) throw new Problem(402, 'insufficient_credits');
    const job = await Job.create({ _id: jobId, userId, request: wanted, creditsHeld });
    await UsageLog.create({ userId, jobId, kind: 'hold', creditsUsed: creditsHeld, balance: user.creditsLeft });
    await queue.add('tryon', { jobId }, { jobId, attempts: 3, removeOnComplete: true });
    response.status(202).location(`/tryon/${jobId}`).json({ jobId, status: job.status, creditsHeld, createdAt: job.createdAt });
  });

  app.use((error, request, response, _next) => {
    if (error instanceof z.ZodError) return response.status(422).json({ code: 'validation_failed', errors: error.issues });
    if (error.code === 11000) return response.status(409).json({ code: 'email_taken' });
    response.status(error.status ?? 500).json({ code: error.message });
  });
  return app;
}
