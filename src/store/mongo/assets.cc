#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

/// Collection and field of everything that keeps blobs.
constexpr std::array<std::pair<const char*, const char*>, 7> kBlobKeepers{{
    {"models", "picture.key"},
    {"models", "picture.thumbKey"},
    {"garments", "picture.key"},
    {"garments", "picture.thumbKey"},
    {"scenes", "picture.key"},
    {"scenes", "picture.thumbKey"},
    {"jobs", "blobs"},
}};

template <class T>
Result<> insertOnce(Connection& connection, const T& asset) {
    const auto added = mongo::insertEntity(connection, asset);
    if (!added) return failure(added.error());
    return {};
}

/// By the number alone, which every server has an index for, whatever it makes of more fields.
template <class T, class Id>
Result<std::optional<T>> findOwned(Connection& connection, UserId owner, Id id) {
    auto found = mongo::findEntity<T>(connection, of("_id", id));
    if (found && *found && (*found)->user_id != owner) return std::nullopt;
    return found;
}

}  // namespace

Task<Result<>> MongoStore::insertModel(Model model) {
    return database_->run([model = std::move(model)](Connection& connection) {
        return insertOnce(connection, model);
    });
}

Task<Result<>> MongoStore::insertGarment(Garment garment) {
    return database_->run([garment = std::move(garment)](Connection& connection) {
        return insertOnce(connection, garment);
    });
}

Task<Result<std::optional<Model>>> MongoStore::findModel(UserId owner, ModelId id) {
    return database_->run(
        [owner, id](Connection& connection) { return findOwned<Model>(connection, owner, id); });
}

Task<Result<std::optional<Garment>>> MongoStore::findGarment(UserId owner, GarmentId id) {
    return database_->run(
        [owner, id](Connection& connection) { return findOwned<Garment>(connection, owner, id); });
}

Task<Result<Page<Model>>> MongoStore::listModels(UserId owner, std::optional<ModelType> type,
                                                 PageRequest page) {
    return database_->run([owner, type, page = std::move(page)](Connection& connection) {
        auto filter = of("userId", owner);
        mongo::addFilter(filter, "type", type);
        return mongo::pageOf<Model>(connection, std::move(filter), page);
    });
}

Task<Result<Page<Garment>>> MongoStore::listGarments(UserId owner, std::optional<Category> category,
                                                     PageRequest page) {
    return database_->run([owner, category, page = std::move(page)](Connection& connection) {
        auto filter = of("userId", owner);
        mongo::addFilter(filter, "category", category);
        return mongo::pageOf<Garment>(connection, std::move(filter), page);
    });
}

Task<Result<bool>> MongoStore::removeModel(UserId owner, ModelId id) {
    return database_->run([owner, id](Connection& connection) {
        return connection.removeOne("models", of("_id", id, "userId", owner));
    });
}

Task<Result<bool>> MongoStore::removeGarment(UserId owner, GarmentId id) {
    return database_->run([owner, id](Connection& connection) {
        return connection.removeOne("garments", of("_id", id, "userId", owner));
    });
}

Task<Result<std::vector<Model>>> MongoStore::listModelsBefore(ModelType type, Instant before,
                                                              int limit) {
    return database_->run([type, before, limit](Connection& connection) {
        const auto filter = of("type", type, "_id", of("$lt", Uuid::v7(before).str()));
        return mongo::listEntities<Model>(connection, filter, of("_id", 1), limit);
    });
}

Task<Result<std::vector<Garment>>> MongoStore::listGarmentsBefore(Instant before, int limit) {
    return database_->run([before, limit](Connection& connection) {
        const auto filter = of("_id", of("$lt", Uuid::v7(before).str()));
        return mongo::listEntities<Garment>(connection, filter, of("_id", 1), limit);
    });
}

Task<Result<bool>> MongoStore::isBlobReferenced(std::string key) {
    return database_->run([key = std::move(key)](Connection& connection) -> Result<bool> {
        for (const auto& [collection, field] : kBlobKeepers) {
            const auto found = connection.findOne(collection, of(field, key), of("_id", 1));
            if (!found) return failure(found.error());
            if (*found) return true;
        }
        return false;
    });
}

}  // namespace atelier
