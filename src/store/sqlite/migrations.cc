#include "store/sqlite/migrations.h"

#include <array>

namespace atelier::sqlite {
namespace {

constexpr std::string_view kUsersAndCredits = R"(
CREATE TABLE users(
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    role TEXT NOT NULL,
    credits_left INTEGER NOT NULL CHECK(credits_left >= 0),
    holds TEXT NOT NULL,
    pending_grants TEXT NOT NULL,
    session_epoch INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX users_open ON users(id) WHERE holds <> '{}' OR pending_grants <> '{}';
CREATE INDEX users_admins ON users(id) WHERE role = 'admin' AND disabled = 0;

CREATE TABLE usage_logs(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    credits_used INTEGER NOT NULL,
    job_id BLOB,
    doc TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX usage_logs_once ON usage_logs(job_id, kind) WHERE job_id IS NOT NULL;
CREATE INDEX usage_logs_user ON usage_logs(user_id, id);
)";

constexpr std::string_view kAssets = R"(
CREATE TABLE models(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    thumb_key TEXT NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX models_user ON models(user_id, id);
CREATE INDEX models_key ON models(key);
CREATE INDEX models_thumb_key ON models(thumb_key);

CREATE TABLE garments(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    category TEXT NOT NULL,
    key TEXT NOT NULL,
    thumb_key TEXT NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX garments_user ON garments(user_id, id);
CREATE INDEX garments_key ON garments(key);
CREATE INDEX garments_thumb_key ON garments(thumb_key);
)";

constexpr std::string_view kJobs = R"(
CREATE TABLE jobs(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    domain TEXT NOT NULL,
    version INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_user ON jobs(user_id, id);
CREATE INDEX jobs_active ON jobs(user_id) WHERE ended_at IS NULL;
CREATE INDEX jobs_unfinished ON jobs(created_at) WHERE ended_at IS NULL;
CREATE INDEX jobs_unsettled ON jobs(ended_at) WHERE ended_at IS NOT NULL AND settled = 0;
)";

constexpr std::string_view kAccounts = R"(
CREATE TABLE sessions(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    token_hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions(user_id);
CREATE INDEX sessions_expiry ON sessions(expires_at);

CREATE TABLE api_keys(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    last_used_at INTEGER,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX api_keys_user ON api_keys(user_id, id);

CREATE TABLE audit_logs(
    seq INTEGER PRIMARY KEY NOT NULL,
    doc TEXT NOT NULL
) STRICT;
)";

constexpr std::string_view kIdempotency = R"(
CREATE TABLE idempotency_keys(
    user_id BLOB NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    job_id BLOB NOT NULL,
    lease_until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    answer TEXT,
    PRIMARY KEY(user_id, key)
) STRICT;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys(expires_at);
)";

constexpr std::string_view kScenes = R"(
CREATE TABLE scenes(
    id BLOB PRIMARY KEY NOT NULL,
    domain TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT,
    thumb_key TEXT,
    doc TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX scenes_name ON scenes(domain, name);
CREATE INDEX scenes_key ON scenes(key) WHERE key IS NOT NULL;
CREATE INDEX scenes_thumb_key ON scenes(thumb_key) WHERE thumb_key IS NOT NULL;
)";

constexpr std::string_view kPrompts = R"(
CREATE TABLE prompts(
    domain TEXT NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY(domain, version)
) STRICT, WITHOUT ROWID;
)";

constexpr std::string_view kJobCounts = R"(
CREATE INDEX jobs_status ON jobs(status);
)";

constexpr std::string_view kErasure = R"(
ALTER TABLE users ADD COLUMN erasing INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_erasing ON users(id) WHERE erasing = 1;

CREATE TABLE job_blobs(
    key TEXT NOT NULL,
    job_id BLOB NOT NULL,
    PRIMARY KEY(key, job_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_blobs_job ON job_blobs(job_id);
CREATE INDEX jobs_settled ON jobs(ended_at) WHERE ended_at IS NOT NULL AND settled = 1;

INSERT OR IGNORE INTO job_blobs(key, job_id)
    SELECT tree.value, jobs.id FROM jobs, json_tree(jobs.doc) AS tree
    WHERE tree.type = 'text' AND length(tree.value) BETWEEN 68 AND 69 AND instr(tree.value, '.') = 65;
)";

constexpr std::string_view kWebhooks = R"(
CREATE TABLE webhooks(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX webhooks_user ON webhooks(user_id, id);

CREATE TABLE webhook_deliveries(
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL,
    webhook_id BLOB,
    once TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    next_attempt_at INTEGER,
    created_at INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries(webhook_id, id);
CREATE INDEX webhook_deliveries_user ON webhook_deliveries(user_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries(next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_deliveries_old ON webhook_deliveries(created_at) WHERE next_attempt_at IS NULL;

ALTER TABLE jobs ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET announced = 1 WHERE ended_at IS NOT NULL AND settled = 1;
CREATE INDEX jobs_unannounced ON jobs(ended_at) WHERE ended_at IS NOT NULL AND settled = 1 AND announced = 0;
)";

/// How far a copy of another store into this one has come.
constexpr std::string_view kCopies = R"(
CREATE TABLE copies(
    id INTEGER PRIMARY KEY NOT NULL,
    doc TEXT NOT NULL
) STRICT;
)";

/// Deliveries are also listed by what they are about.
constexpr std::string_view kJobDeliveries = R"(
ALTER TABLE webhook_deliveries ADD COLUMN job_id TEXT GENERATED ALWAYS AS (doc ->> '$.jobId') VIRTUAL;
CREATE INDEX webhook_deliveries_job ON webhook_deliveries(job_id, id) WHERE job_id IS NOT NULL;
)";

/// What a pending grant's ledger line will say.
constexpr std::string_view kGrantReasons = R"(
ALTER TABLE users ADD COLUMN grant_reasons TEXT NOT NULL DEFAULT '{}';
)";

constexpr std::array kMigrations{
    kUsersAndCredits, kAssets,  kJobs,     kAccounts, kIdempotency,   kScenes,       kPrompts,
    kJobCounts,       kErasure, kWebhooks, kCopies,   kJobDeliveries, kGrantReasons,
};

}  // namespace

Migrations storeMigrations() {
    return kMigrations;
}

}  // namespace atelier::sqlite
