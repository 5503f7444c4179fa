#include "store/mongo/mongo_store.h"

#include "store/mongo/schema.h"

namespace atelier {

Result<std::unique_ptr<MongoStore>> MongoStore::open(const std::string& uri) {
    auto database = mongo::Database::open(uri);
    if (!database) return failure(std::move(database.error()));
    auto prepared = (*database)->runNow(mongo::prepareSchema);
    if (!prepared) return failure(std::move(prepared.error()));
    return std::unique_ptr<MongoStore>{new MongoStore{std::move(*database)}};
}

std::string MongoStore::name() const {
    return "mongodb://" + database_->hosts() + "/" + database_->name();
}

Task<Result<>> MongoStore::ping() {
    return database_->run([](mongo::Connection& connection) -> Result<> {
        auto schema = connection.findOne("meta", mongo::of("_id", "schema"));
        if (!schema) return failure(std::move(schema.error()));
        if (!*schema) return failure(ErrorCode::NotReady, "the database has lost its collections");
        return {};
    });
}

}  // namespace atelier
