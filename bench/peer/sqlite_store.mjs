// Users, jobs, the ledger and the queue in one SQLite file, as a service without other servers would keep them. Every
// process has a connection of its own; an accepted job is one transaction, synced before the answer.
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS users(id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,
  credits_left INTEGER NOT NULL DEFAULT 1000000 CHECK(credits_left >= 0), credits_held INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS models(id TEXT PRIMARY KEY, user_id TEXT NOT NULL, key TEXT NOT NULL, category TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS garments(id TEXT PRIMARY KEY, user_id TEXT NOT NULL, key TEXT NOT NULL, category TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS jobs(id TEXT PRIMARY KEY, user_id TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
  request TEXT NOT NULL, credits_held INTEGER NOT NULL, created_at TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS jobs_queue ON jobs(created_at) WHERE status = 'queued';
CREATE INDEX IF NOT EXISTS jobs_user ON jobs(user_id, created_at);
CREATE TABLE IF NOT EXISTS usage_logs(job_id TEXT NOT NULL, kind TEXT NOT NULL, user_id TEXT NOT NULL,
  credits_used INTEGER NOT NULL, balance INTEGER NOT NULL, timestamp TEXT NOT NULL, PRIMARY KEY(job_id, kind)) STRICT;
CREATE INDEX IF NOT EXISTS usage_logs_user ON usage_logs(user_id, timestamp);
`;

export async function openSqlite({ file }) {
  const db = new Database(file, { timeout: 10_000 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.transaction(() => db.exec(SCHEMA)).immediate();
  const insertUser = db.prepare('INSERT INTO users(id, email, hash) VALUES(?, ?, ?) ON CONFLICT(email) DO NOTHING');
  const findByEmail = db.prepare('SELECT id, hash FROM users WHERE email = ?');
  const balance = db.prepare('SELECT credits_left AS creditsLeft, credits_held AS creditsHeld FROM users WHERE id = ?');
  const forKind = (prepare) => ({ models: prepare('models'), garments: prepare('garments') });
  const insertPicture = forKind((kind) => db.prepare(`INSERT INTO ${kind} VALUES(@id, @userId, @key, @category)`));
  const findPicture = forKind((kind) => db.prepare(`SELECT key, category FROM ${kind} WHERE id = ? AND user_id = ?`));
  const hold = db.prepare(`UPDATE users SET credits_left = credits_left - @held, credits_held = credits_held + @held
    WHERE id = @userId AND credits_left >= @held RETURNING credits_left AS left`);
  const insertJob = db.prepare("INSERT INTO jobs VALUES(@jobId, @userId, 'tryon', 'queued', @request, @held, @now)");
  const insertLog = db.prepare("INSERT INTO usage_logs VALUES(@jobId, 'hold', @userId, @held, @left, @now)");
  const accept = db.transaction((job) => {
    const user = hold.get(job);
    if (!user) return null;
    insertJob.run(job);
    insertLog.run({ ...job, left: user.left });
    return { status: 'queued', createdAt: job.now };
  });
  return {
    async createUser(email, hash) {
      const id = randomUUID();
      return insertUser.run(id, email, hash).changes > 0 ? id : null;
    },
    async findByEmail(email) {
      return findByEmail.get(email);
    },
    async balanceOf(userId) {
      return balance.get(userId) ?? null;
    },
    async addPicture(kind, picture) {
      insertPicture[kind].run(picture);
    },
    async findPicture(kind, id, userId) {
      return findPicture[kind].get(id, userId) ?? null;
    },
    async accept({ jobId, userId, request, creditsHeld }) {
      return accept.immediate({ jobId, userId, request: JSON.stringify(request), held: creditsHeld, now: new Date().toISOString() });
    },
  };
}
