#include <charconv>

#include <fmt/format.h>

#include "store/sqlite/changes.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

using Objects = Result<std::vector<StoredObject>>;

constexpr auto kUsers = "SELECT rowid, id, erasing FROM users WHERE rowid>? ORDER BY rowid LIMIT ?";
constexpr auto kApiKeys =
    "SELECT rowid, doc, last_used_at FROM api_keys WHERE rowid>? ORDER BY rowid LIMIT ?";
constexpr auto kClaims =
    "SELECT rowid, user_id, key FROM idempotency_keys WHERE rowid>? ORDER BY rowid LIMIT ?";
constexpr auto kPrompts =
    "SELECT doc FROM prompts WHERE (domain, version)>(?, ?) ORDER BY domain, version LIMIT ?";

std::int64_t numberOf(std::string_view cursor) {
    std::int64_t number = 0;
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
    return number;
}

/// Objects that are wholly in their `doc`.
template <class T>
Objects scanDocuments(Connection& connection, const char* table, const std::string& after,
                      int limit) {
    const auto sql =
        fmt::format("SELECT rowid, doc FROM {} WHERE rowid>? ORDER BY rowid LIMIT ?", table);
    auto rows = connection.query(sql, numberOf(after), limit);
    std::vector<StoredObject> out;
    while (rows.next()) {
        auto entity = sqlite::readDocument<T>(rows.text(1));
        if (!entity) return failure(std::move(entity.error()));
        out.push_back({std::to_string(rows.template get<std::int64_t>(0)),
                       json::encode(*entity).as_object()});
    }
    return out;
}

Objects scanUsers(Connection& connection, const std::string& after, int limit) {
    std::vector<StoredObject> out;
    auto rows = connection.query(kUsers, numberOf(after), limit);
    while (rows.next()) {
        const auto user = sqlite::findUser(connection, rows.get<UserId>(1));
        if (!user) return failure(user.error());
        if (!*user) continue;
        auto content = json::encode(**user).as_object();
        if (rows.get<bool>(2)) content["erasing"] = true;
        out.push_back({std::to_string(rows.get<std::int64_t>(0)), std::move(content)});
    }
    return out;
}

Objects scanApiKeys(Connection& connection, const std::string& after, int limit) {
    std::vector<StoredObject> out;
    auto rows = connection.query(kApiKeys, numberOf(after), limit);
    while (rows.next()) {
        auto key = sqlite::readDocument<ApiKey>(rows.text(1));
        if (!key) return failure(std::move(key.error()));
        key->last_used_at = rows.get<std::optional<Instant>>(2);
        out.push_back({std::to_string(rows.get<std::int64_t>(0)), json::encode(*key).as_object()});
    }
    return out;
}

Objects scanClaims(Connection& connection, const std::string& after, int limit) {
    std::vector<StoredObject> out;
    auto rows = connection.query(kClaims, numberOf(after), limit);
    while (rows.next()) {
        const auto claim =
            sqlite::findClaim(connection, rows.get<UserId>(1), std::string{rows.text(2)});
        if (!claim) return failure(claim.error());
        if (!*claim) continue;
        out.push_back(
            {std::to_string(rows.get<std::int64_t>(0)), json::encode(**claim).as_object()});
    }
    return out;
}

/// The cursor is `<version>:<domain>`.
Objects scanPrompts(Connection& connection, const std::string& after, int limit) {
    const auto colon = after.find(':');
    const auto domain = colon == std::string::npos ? "" : after.substr(colon + 1);
    auto rows = connection.query(kPrompts, domain, numberOf(after), limit);
    auto prompts = sqlite::listDocuments<PromptConfig>(rows);
    if (!prompts) return failure(std::move(prompts.error()));
    std::vector<StoredObject> out;
    for (const auto& prompt : *prompts) {
        out.push_back({fmt::format("{}:{}", prompt.version, prompt.domain),
                       json::encode(prompt).as_object()});
    }
    return out;
}

Objects scanKind(Connection& connection, StoredKind kind, const std::string& after, int limit) {
    switch (kind) {
        case StoredKind::User:
            return scanUsers(connection, after, limit);
        case StoredKind::ApiKey:
            return scanApiKeys(connection, after, limit);
        case StoredKind::Session:
            return scanDocuments<LoginSession>(connection, "sessions", after, limit);
        case StoredKind::AuditEntry:
            return scanDocuments<AuditEntry>(connection, "audit_logs", after, limit);
        case StoredKind::Scene:
            return scanDocuments<Scene>(connection, "scenes", after, limit);
        case StoredKind::Prompt:
            return scanPrompts(connection, after, limit);
        case StoredKind::Model:
            return scanDocuments<Model>(connection, "models", after, limit);
        case StoredKind::Garment:
            return scanDocuments<Garment>(connection, "garments", after, limit);
        case StoredKind::Job:
            return scanDocuments<Job>(connection, "jobs", after, limit);
        case StoredKind::UsageLine:
            return scanDocuments<UsageLog>(connection, "usage_logs", after, limit);
        case StoredKind::IdempotencyClaim:
            return scanClaims(connection, after, limit);
        case StoredKind::Webhook:
            return scanDocuments<Webhook>(connection, "webhooks", after, limit);
        case StoredKind::WebhookDelivery:
            return scanDocuments<WebhookDelivery>(connection, "webhook_deliveries", after, limit);
    }
    std::unreachable();
}

}  // namespace

Task<Objects> SqliteStore::scan(StoredKind kind, std::string after, int limit) {
    return database_->read([kind, after = std::move(after), limit](Connection& connection) {
        return scanKind(connection, kind, after, limit);
    });
}

Task<Result<std::optional<CopyProgress>>> SqliteStore::findCopy() {
    return database_->read([](Connection& connection) {
        auto row = connection.query("SELECT doc FROM copies");
        return sqlite::findDocument<CopyProgress>(row);
    });
}

Task<Result<>> SqliteStore::saveCopy(CopyProgress progress) {
    return database_->write([doc = json::write(progress)](Connection& connection) -> Result<> {
        connection.query("INSERT OR REPLACE INTO copies VALUES(1, ?)", doc).run();
        return {};
    });
}

}  // namespace atelier
