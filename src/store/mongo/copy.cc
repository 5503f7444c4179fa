#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::Document;
using mongo::of;

using Objects = Result<std::vector<StoredObject>>;

/// Where a scan begins: after `cursor`, which is an `_id` as text.
Document afterText(const std::string& cursor) {
    if (cursor.empty()) return {};
    return of("_id", of("$gt", cursor));
}

Document afterNumber(const std::string& cursor) {
    if (cursor.empty()) return {};
    return of("_id", of("$gt", std::stoll(cursor)));
}

std::string cursorOfId(const std::string& id) {
    return id;
}
std::string cursorOfId(std::int64_t id) {
    return std::to_string(id);
}

template <class T>
Objects scanAs(Connection& connection, const Document& filter, int limit) {
    const auto found = connection.find(mongo::kPlace<T>.collection, filter,
                                       {.sort = of("_id", 1), .limit = limit, .fields = {}});
    if (!found) return failure(found.error());
    std::vector<StoredObject> out;
    for (const auto& document : *found) {
        const auto entity = mongo::fromDocument<T>(document);
        if (!entity) return failure(entity.error());
        auto content = json::encode(*entity).as_object();
        if (document.has("erasing")) content["erasing"] = true;
        out.push_back({cursorOfId(mongo::idOf(*entity)), std::move(content)});
    }
    return out;
}

Objects scanKind(Connection& connection, StoredKind kind, const std::string& after, int limit) {
    switch (kind) {
        case StoredKind::User:
            return scanAs<User>(connection, afterText(after), limit);
        case StoredKind::ApiKey:
            return scanAs<ApiKey>(connection, afterText(after), limit);
        case StoredKind::Session:
            return scanAs<LoginSession>(connection, afterText(after), limit);
        case StoredKind::AuditEntry:
            return scanAs<AuditEntry>(connection, afterNumber(after), limit);
        case StoredKind::Scene:
            return scanAs<Scene>(connection, afterText(after), limit);
        case StoredKind::Prompt:
            return scanAs<PromptConfig>(connection, afterText(after), limit);
        case StoredKind::Model:
            return scanAs<Model>(connection, afterText(after), limit);
        case StoredKind::Garment:
            return scanAs<Garment>(connection, afterText(after), limit);
        case StoredKind::Job:
            return scanAs<Job>(connection, afterText(after), limit);
        case StoredKind::UsageLine:
            return scanAs<UsageLog>(connection, afterText(after), limit);
        case StoredKind::IdempotencyClaim:
            return scanAs<IdempotencyClaim>(connection, afterText(after), limit);
        case StoredKind::Webhook:
            return scanAs<Webhook>(connection, afterText(after), limit);
        case StoredKind::WebhookDelivery:
            return scanAs<WebhookDelivery>(connection, afterText(after), limit);
    }
    std::unreachable();
}

}  // namespace

Task<Objects> MongoStore::scan(StoredKind kind, std::string after, int limit) {
    return database_->run([kind, after = std::move(after), limit](Connection& connection) {
        return scanKind(connection, kind, after, limit);
    });
}

Task<Result<std::optional<CopyProgress>>> MongoStore::findCopy() {
    return database_->run([](Connection& connection) -> Result<std::optional<CopyProgress>> {
        const auto found = connection.findOne("meta", of("_id", "copy"));
        if (!found) return failure(found.error());
        bson_iter_t at;
        if (!*found || !(*found)->find("progress", at)) return std::nullopt;
        CopyProgress progress;
        const auto done = mongo::read(at, progress);
        if (!done) return mongo::unreadable("meta", **found, done.error());
        return progress;
    });
}

Task<Result<>> MongoStore::saveCopy(CopyProgress progress) {
    return database_->run([progress = std::move(progress)](Connection& connection) {
        return connection.put("meta", of("_id", "copy", "progress", progress));
    });
}

}  // namespace atelier
