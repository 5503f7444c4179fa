#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"
#include "store/mongo/slots.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

constexpr auto kApiKeys = mongo::kPlace<ApiKey>.collection;

}  // namespace

Task<Result<bool>> MongoStore::insertApiKey(ApiKey key, int most) {
    return database_->run([key = std::move(key), most](Connection& connection) {
        return mongo::insertInFreeSlot(connection, kApiKeys, key.user_id, mongo::toDocument(key),
                                       of("hash", key.hash), most);
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
