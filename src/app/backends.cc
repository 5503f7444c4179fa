#include "app/backends.h"

#include "app/open_blobs.h"
#include "app/shared_queue.h"
#include "queue/local/local_queue.h"
#include "service/auth/jwt_secret.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {

Result<StoreBackend> openStore(const Settings& settings) {
    if (settings.mongo.uri) {
        auto store = MongoStore::open(*settings.mongo.uri);
        if (!store) return failure(std::move(store.error()));
        return StoreBackend{nullptr, std::move(*store)};
    }
    auto database = sqlite::Database::open(settings.data.dir);
    if (!database) return failure(std::move(database.error()));
    StoreBackend out{std::move(*database), nullptr};
    auto store = SqliteStore::open(out.database);
    if (!store) return failure(std::move(store.error()));
    out.store = std::move(*store);
    return out;
}

Result<std::unique_ptr<JobQueue>> openQueue(const Settings& settings, const StoreBackend& documents,
                                            Clock& clock) {
    if (settings.redis.url) return openSharedQueue(settings.redis, clock);
    auto file = documents.database;
    if (!file) {
        auto opened = sqlite::Database::open(settings.data.dir);
        if (!opened) return failure(std::move(opened.error()));
        file = std::move(*opened);
    }
    auto queue = LocalQueue::open(std::move(file), clock);
    if (!queue) return failure(std::move(queue.error()));
    return std::move(*queue);
}

Result<Backends> openBackends(const Settings& settings, Clock& clock, WorkerPool& io_pool) {
    auto documents = openStore(settings);
    if (!documents) return failure(std::move(documents.error()));
    auto queue = openQueue(settings, *documents, clock);
    if (!queue) return failure(std::move(queue.error()));
    auto blobs = openBlobs(settings, clock, io_pool);
    if (!blobs) return failure(std::move(blobs.error()));
    return Backends{std::move(*documents), std::move(*queue), std::move(*blobs)};
}

Result<std::string> signingSecret(const Settings& settings) {
    if (settings.auth.jwt_secret) return *settings.auth.jwt_secret;
    return loadOrMakeJwtSecret(settings.data.dir);
}

}  // namespace atelier
