// Users, jobs and the ledger in MongoDB, the queue in Redis by BullMQ.
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';

const { Schema, model } = mongoose;

const userSchema = new Schema({
  email: { type: String, required: true, unique: true, lowercase: true },
  hash: { type: String, required: true },
  creditsLeft: { type: Number, default: 1_000_000, min: 0 },
  holds: { type: Map, of: Number, default: {} },
});

const jobSchema = new Schema(
  {
    _id: String,
    userId: { type: Schema.Types.ObjectId, index: true },
    kind: { type: String, default: 'tryon' },
    status: { type: String, default: 'queued', index: true },
    request: { modelId: String, garmentId: String, numSamples: Number, seed: Number },
    creditsHeld: Number,
  },
  { timestamps: true },
);

const pictureSchema = new Schema(
  { _id: String, userId: { type: Schema.Types.ObjectId, index: true }, key: String, category: String },
  { timestamps: true },
);

const usageSchema = new Schema(
  { userId: { type: Schema.Types.ObjectId, index: true }, jobId: String, kind: String, creditsUsed: Number, balance: Number },
  { timestamps: { createdAt: 'timestamp', updatedAt: false } },
);
usageSchema.index({ jobId: 1, kind: 1 }, { unique: true });

const User = model('User', userSchema);
const Job = model('Job', jobSchema);
const pictures = { models: model('Model', pictureSchema), garments: model('Garment', pictureSchema) };
const UsageLog = model('UsageLog', usageSchema);

export async function openMongo({ mongodbUri, redisUrl }) {
  await mongoose.connect(mongodbUri, { w: 'majority', appName: 'peer' });
  await Promise.all([User.init(), Job.init(), pictures.models.init(), pictures.garments.init(), UsageLog.init()]);
  const queue = new Queue('peer-jobs', { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }) });
  return {
    async createUser(email, hash) {
      try {
        return (await User.create({ email, hash })).id;
      } catch (error) {
        if (error.code === 11000) return null;
        throw error;
      }
    },

    async findByEmail(email) {
      return User.findOne({ email });
    },

    async balanceOf(userId) {
      const user = await User.findById(userId).lean();
      if (!user) return null;
      const creditsHeld = Object.values(user.holds ?? {}).reduce((sum, held) => sum + held, 0);
      return { creditsLeft: user.creditsLeft, creditsHeld };
    },

    async addPicture(kind, { id, ...picture }) {
      await pictures[kind].create({ _id: id, ...picture });
    },

    async findPicture(kind, id, userId) {
      const found = await pictures[kind].findById(id).lean();
      return found && String(found.userId) === userId ? found : null;
    },

    async accept({ jobId, userId, request, creditsHeld }) {
      const user = await User.findOneAndUpdate(
        { _id: userId, creditsLeft: { $gte: creditsHeld } },
        { $inc: { creditsLeft: -creditsHeld }, $set: { [`holds.${jobId}`]: creditsHeld } },
        { returnDocument: 'after', projection: { creditsLeft: 1 }, lean: true },
      );
      if (!user) return null;
      const job = await Job.create({ _id: jobId, userId, request, creditsHeld });
      await UsageLog.create({ userId, jobId, kind: 'hold', creditsUsed: creditsHeld, balance: user.creditsLeft });
      await queue.add('tryon', { jobId }, { jobId, attempts: 3, removeOnComplete: true });
      return { status: job.status, createdAt: job.createdAt };
    },
  };
}
