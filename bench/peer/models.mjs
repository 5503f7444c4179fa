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

const usageSchema = new Schema(
  { userId: { type: Schema.Types.ObjectId, index: true }, jobId: String, kind: String, creditsUsed: Number, balance: Number },
  { timestamps: { createdAt: 'timestamp', updatedAt: false } },
);
usageSchema.index({ jobId: 1, kind: 1 }, { unique: true });

export const User = model('User', userSchema);
export const Job = model('Job', jobSchema);
export const UsageLog = model('UsageLog', usageSchema);
