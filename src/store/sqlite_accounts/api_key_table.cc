#include "store/sqlite_accounts/api_key_table.h"

#include "util/json.h"

namespace atelier::sqlite {
namespace {

/// Columns in the order of schema.cc.
Result<ApiKey> toApiKey(const Query& row) {
    auto scopes = json::read<std::vector<Scope>>(row.text(5));
    if (!scopes) return failure(ErrorCode::Internal, "an API key in the database cannot be read", scopes.error().message);
    return ApiKey{row.get<ApiKeyId>(0),
                  row.get<UserId>(1),
                  row.get<std::string>(2),
                  row.get<std::string>(3),
                  row.get<std::string>(4),
                  std::move(*scopes),
                  row.get<std::optional<Instant>>(6),
                  row.get<std::optional<Instant>>(7),
                  row.get<Instant>(8)};
}

}  // namespace

Task<Result<>> ApiKeyTable::insertApiKey(ApiKey key) {
    return database_.write([key = std::move(key)](Connection& connection) -> Result<> {
        connection
            .query("INSERT INTO api_keys VALUES(?,?,?,?,?,?,?,?,?)", key.id, key.user_id, key.name,
                   key.prefix, key.hash, json::write(key.scopes), key.expires_at, key.last_used_at, key.created_at)
            .run();
        return {};
    });
}

Task<Result<std::optional<ApiKey>>> ApiKeyTable::findApiKeyByHash(std::string hash) {
    return database_.read([hash = std::move(hash)](Connection& connection) -> Result<std::optional<ApiKey>> {
        auto row = connection.query("SELECT * FROM api_keys WHERE hash=?", hash);
        if (!row.next()) return std::nullopt;
        return toApiKey(row);
    });
}

Task<Result<std::vector<ApiKey>>> ApiKeyTable::listApiKeys(UserId user) {
    return database_.read([user](Connection& connection) -> Result<std::vector<ApiKey>> {
        std::vector<ApiKey> keys;
        auto row = connection.query("SELECT * FROM api_keys WHERE user_id=? ORDER BY id DESC", user);
        while (row.next()) {
            auto key = toApiKey(row);
            if (!key) return failure(std::move(key.error()));
            keys.push_back(std::move(*key));
        }
        return keys;
    });
}

Task<Result<>> ApiKeyTable::touchApiKey(ApiKeyId id, Instant at) {
    return database_.write([id, at](Connection& connection) -> Result<> {
        connection.query("UPDATE api_keys SET last_used_at=? WHERE id=?", at, id).run();
        return {};
    });
}

Task<Result<bool>> ApiKeyTable::removeApiKey(UserId user, ApiKeyId id) {
    return database_.write([user, id](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM api_keys WHERE id=? AND user_id=?", id, user).run() == 1;
    });
}

Task<Result<int>> ApiKeyTable::removeApiKeys(UserId user) {
    return database_.write([user](Connection& connection) -> Result<int> {
        return connection.query("DELETE FROM api_keys WHERE user_id=?", user).run();
    });
}

}  // namespace atelier::sqlite
