#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

/// Of a change of user ?1: it does not take the last admin who may sign in.
#define KEEPS_AN_ADMIN                                                                   \
    "(role<>'admin' OR disabled=1 OR EXISTS(SELECT 1 FROM users WHERE role='admin' AND " \
    "disabled=0 AND hash<>'' AND id<>?1))"

/// An erased user is none to change.
#define IS_SOMEONE "id=?1 AND hash<>''"

constexpr auto kPromote = "UPDATE users SET role=?2 WHERE " IS_SOMEONE;
constexpr auto kDemote = "UPDATE users SET role=?2 WHERE " IS_SOMEONE " AND " KEEPS_AN_ADMIN;
constexpr auto kSetPassword =
    "UPDATE users SET hash=?2, session_epoch=session_epoch+1 WHERE " IS_SOMEONE;
constexpr auto kRenewHash = "UPDATE users SET hash=?3 WHERE id=?1 AND hash=?2";
constexpr auto kEnable = "UPDATE users SET disabled=0 WHERE " IS_SOMEONE;
constexpr auto kDisable =
    "UPDATE users SET disabled=1, session_epoch=session_epoch+1 WHERE " IS_SOMEONE
    " AND " KEEPS_AN_ADMIN;
constexpr auto kErase =
    "UPDATE users SET email=?2, hash='', disabled=1, erasing=1, session_epoch=session_epoch+1 "
    "WHERE id=?1 AND " KEEPS_AN_ADMIN;
#undef IS_SOMEONE
#undef KEEPS_AN_ADMIN

constexpr auto kInsertKey =
    "INSERT INTO api_keys SELECT ?1,?2,?3,?4,?5 WHERE (SELECT count(*) FROM api_keys WHERE "
    "user_id=?2)<?6";
constexpr auto kReplaceSession =
    "UPDATE sessions SET token_hash=?2, expires_at=?3, doc=?4 WHERE id=?1 AND token_hash=?5";
constexpr auto kRemoveExpiredSessions =
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at<? ORDER BY "
    "expires_at LIMIT ?)";

/// The outcome of a change of one user that concerned `changed` rows.
Result<> changedOne(Connection& connection, int changed, const UserId& id) {
    if (changed > 0) return {};
    auto row = connection.query("SELECT hash='' FROM users WHERE id=?", id);
    if (!row.next() || row.get<bool>(0))
        return failure(ErrorCode::NotFound, "there is no such user");
    return failure(ErrorCode::Conflict, "this is the last admin: make someone else admin first");
}

Result<std::optional<ApiKey>> readApiKey(sqlite::Query& row) {
    auto key = sqlite::findDocument<ApiKey>(row);
    if (key && *key) (*key)->last_used_at = row.get<std::optional<Instant>>(1);
    return key;
}

}  // namespace

Task<Result<>> SqliteStore::setRole(UserId id, Role role) {
    return database_->write([id, role](Connection& connection) {
        const auto* sql = role == Role::Admin ? kPromote : kDemote;
        return changedOne(connection, connection.query(sql, id, nameOf(role)).run(), id);
    });
}

Task<Result<>> SqliteStore::setPassword(UserId id, std::string hash) {
    return database_->write([id, hash = std::move(hash)](Connection& connection) {
        return changedOne(connection, connection.query(kSetPassword, id, hash).run(), id);
    });
}

Task<Result<>> SqliteStore::renewHash(UserId id, std::string from, std::string to) {
    auto change = [id, from = std::move(from), to = std::move(to)](Connection& connection) {
        connection.query(kRenewHash, id, from, to).run();
        return Result<>{};
    };
    return database_->write(std::move(change));
}

Task<Result<>> SqliteStore::setDisabled(UserId id, bool disabled) {
    return database_->write([id, disabled](Connection& connection) {
        return changedOne(connection, connection.query(disabled ? kDisable : kEnable, id).run(),
                          id);
    });
}

Task<Result<>> SqliteStore::eraseUser(UserId id) {
    return database_->write([id](Connection& connection) {
        return changedOne(connection, connection.query(kErase, id, "erased:" + id.str()).run(), id);
    });
}

Task<Result<std::vector<UserId>>> SqliteStore::listErasing(int limit) {
    return database_->read([limit](Connection& connection) -> Result<std::vector<UserId>> {
        std::vector<UserId> ids;
        auto rows = connection.query("SELECT id FROM users WHERE erasing=1 LIMIT ?", limit);
        while (rows.next()) ids.push_back(rows.get<UserId>(0));
        return ids;
    });
}

Task<Result<>> SqliteStore::noteErased(UserId id) {
    return database_->write([id](Connection& connection) -> Result<> {
        connection.query("UPDATE users SET erasing=0 WHERE id=?", id).run();
        return {};
    });
}

Task<Result<>> SqliteStore::insertSession(LoginSession session) {
    return database_->write([session = std::move(session)](Connection& connection) -> Result<> {
        connection
            .query("INSERT INTO sessions VALUES(?,?,?,?,?)", session.id, session.user_id,
                   session.token_hash, session.expires_at, json::write(session))
            .run();
        return {};
    });
}

Task<Result<std::optional<LoginSession>>> SqliteStore::findSession(SessionId id) {
    return database_->read([id](Connection& connection) {
        auto row = connection.query("SELECT doc FROM sessions WHERE id=?", id);
        return sqlite::findDocument<LoginSession>(row);
    });
}

Task<Result<bool>> SqliteStore::replaceSession(LoginSession session, std::string expected_hash) {
    return database_->write([session = std::move(session), expected = std::move(expected_hash)](
                                Connection& connection) -> Result<bool> {
        return connection
                   .query(kReplaceSession, session.id, session.token_hash, session.expires_at,
                          json::write(session), expected)
                   .run() > 0;
    });
}

Task<Result<bool>> SqliteStore::removeSession(SessionId id) {
    return database_->write([id](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM sessions WHERE id=?", id).run() > 0;
    });
}

Task<Result<int>> SqliteStore::removeSessions(UserId user) {
    return database_->write([user](Connection& connection) -> Result<int> {
        return connection.query("DELETE FROM sessions WHERE user_id=?", user).run();
    });
}

Task<Result<int>> SqliteStore::removeExpiredSessions(Instant before, int limit) {
    return database_->write([before, limit](Connection& connection) -> Result<int> {
        return connection.query(kRemoveExpiredSessions, before, limit).run();
    });
}

Task<Result<bool>> SqliteStore::insertApiKey(ApiKey key, int most) {
    return database_->write([key = std::move(key), most](Connection& connection) -> Result<bool> {
        return connection
                   .query(kInsertKey, key.id, key.user_id, key.hash, key.last_used_at,
                          json::write(key), most)
                   .run() > 0;
    });
}

Task<Result<std::optional<ApiKey>>> SqliteStore::findApiKeyByHash(std::string hash) {
    return database_->read([hash = std::move(hash)](Connection& connection) {
        auto row = connection.query("SELECT doc, last_used_at FROM api_keys WHERE hash=?", hash);
        return readApiKey(row);
    });
}

Task<Result<std::vector<ApiKey>>> SqliteStore::listApiKeys(UserId user) {
    return database_->read([user](Connection& connection) -> Result<std::vector<ApiKey>> {
        auto rows = connection.query(
            "SELECT doc, last_used_at FROM api_keys WHERE user_id=? ORDER BY id DESC", user);
        std::vector<ApiKey> keys;
        for (;;) {
            auto key = readApiKey(rows);
            if (!key) return failure(std::move(key.error()));
            if (!*key) return keys;
            keys.push_back(std::move(**key));
        }
    });
}

Task<Result<>> SqliteStore::touchApiKey(ApiKeyId id, Instant at) {
    return database_->write([id, at](Connection& connection) -> Result<> {
        connection.query("UPDATE api_keys SET last_used_at=?2 WHERE id=?1", id, at).run();
        return {};
    });
}

Task<Result<bool>> SqliteStore::removeApiKey(UserId user, ApiKeyId id) {
    return database_->write([user, id](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM api_keys WHERE id=? AND user_id=?", id, user).run() >
               0;
    });
}

Task<Result<int>> SqliteStore::removeApiKeys(UserId user) {
    return database_->write([user](Connection& connection) -> Result<int> {
        return connection.query("DELETE FROM api_keys WHERE user_id=?", user).run();
    });
}

}  // namespace atelier
