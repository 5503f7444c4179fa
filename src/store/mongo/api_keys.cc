#include <set>

#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

constexpr auto kApiKeys = mongo::kPlace<ApiKey>.collection;

/// The slots of a user's keys: each has one of its own, which is what limits their number.
Result<std::set<std::int64_t>> slotsOf(Connection& connection, const UserId& user) {
    const auto keys = connection.find(kApiKeys, of("userId", user),
                                      {.sort = {}, .limit = 0, .fields = of("slot", 1)});
    if (!keys) return failure(keys.error());
    std::set<std::int64_t> slots;
    for (const auto& key : *keys) slots.insert(mongo::numberAt(key, "slot"));
    return slots;
}

Result<bool> insertInFreeSlot(Connection& connection, const ApiKey& key, int most) {
    for (;;) {
        const auto taken = slotsOf(connection, key.user_id);
        if (!taken) return failure(taken.error());
        if (std::ssize(*taken) >= most) return false;
        std::int64_t slot = 0;
        while (taken->contains(slot)) ++slot;
        auto document = mongo::toDocument(key);
        mongo::append(document.get(), "slot", slot);
        const auto added = connection.insert(kApiKeys, document);
        if (!added || *added) return added;
        // Someone took the slot meanwhile, unless it is the key itself that is there.
        const auto same = connection.findOne(kApiKeys, of("hash", key.hash), of("_id", 1));
        if (!same) return failure(same.error());
        if (*same) return failure(ErrorCode::Conflict, "there is such a key");
    }
}

}  // namespace

Task<Result<bool>> MongoStore::insertApiKey(ApiKey key, int most) {
    return database_->run([key = std::move(key), most](Connection& connection) {
        return insertInFreeSlot(connection, key, most);
    });
}

Task<Result<std::optional<ApiKey>>> MongoStore::findApiKeyByHash(std::string hash) {
    return database_->run([hash = std::move(hash)](Connection& connection) {
        return mongo::findEntity<ApiKey>(connection, of("hash", hash));
    });
}

Task<Result<std::vector<ApiKey>>> MongoStore::listApiKeys(UserId user) {
    return database_->run([user](Connection& connection) {
        return mongo::listEntities<ApiKey>(connection, of("userId", user), of("_id", -1), 0);
    });
}

Task<Result<>> MongoStore::touchApiKey(ApiKeyId id, Instant at) {
    return database_->run([id, at](Connection& connection) -> Result<> {
        const auto touched =
            connection.update(kApiKeys, of("_id", id), of("$set", of("lastUsedAt", at)));
        if (!touched) return failure(touched.error());
        return {};
    });
}

Task<Result<bool>> MongoStore::removeApiKey(UserId user, ApiKeyId id) {
    return database_->run([user, id](Connection& connection) {
        return connection.removeOne(kApiKeys, of("_id", id, "userId", user));
    });
}

Task<Result<int>> MongoStore::removeApiKeys(UserId user) {
    return database_->run([user](Connection& connection) {
        return connection.removeMany(kApiKeys, of("userId", user));
    });
}

}  // namespace atelier
