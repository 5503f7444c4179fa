#include "store/sqlite_accounts/schema.h"

#include <array>

namespace atelier::sqlite {
namespace {

constexpr std::array<std::string_view, 1> kMigrations{R"(
CREATE TABLE sessions(
    id BLOB PRIMARY KEY, user_id BLOB NOT NULL, token_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL, refreshed_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions(user_id);
CREATE INDEX sessions_by_expiry ON sessions(expires_at);

CREATE TABLE api_keys(
    id BLOB PRIMARY KEY, user_id BLOB NOT NULL, name TEXT NOT NULL, prefix TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL, expires_at INTEGER, last_used_at INTEGER, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys(user_id, id);

CREATE TABLE audit(seq INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
)"};

}  // namespace

Result<> migrateAccounts(Database& database) { return database.migrate("accounts", kMigrations); }

}  // namespace atelier::sqlite
