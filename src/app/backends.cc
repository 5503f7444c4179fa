#include "app/backends.h"

#include "app/shared_queue.h"
#include "blobs/disk/disk_blob_store.h"
#include "queue/local/local_queue.h"
#include "service/auth/jwt_secret.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

/// A setting that is known but not offered yet must not be ignored: data would go to another place than was asked for.
Result<> checkOffered(const Settings& settings) {
    std::string_view setting;
    if (settings.mongo.uri) setting = "MONGODB_URI";
    if (settings.s3.bucket) setting = "S3_BUCKET";
    if (setting.empty()) return {};
    return failure(ErrorCode::ValidationFailed, std::string{setting} + " is set, but this version does not offer it yet");
}

}  // namespace

Result<StoreBackend> openStore(const Settings& settings) {
    if (auto offered = checkOffered(settings); !offered) return failure(std::move(offered.error()));
    auto database = sqlite::Database::open(settings.data.dir);
    if (!database) return failure(std::move(database.error()));
    StoreBackend out{std::move(*database), nullptr};
    auto store = SqliteStore::open(out.database);
    if (!store) return failure(std::move(store.error()));
    out.store = std::move(*store);
    return out;
}

Result<std::unique_ptr<JobQueue>> openQueue(const Settings& settings, const StoreBackend& documents, Clock& clock) {
    if (settings.redis.url) return openSharedQueue(settings.redis, clock);
    auto queue = LocalQueue::open(documents.database, clock);
    if (!queue) return failure(std::move(queue.error()));
    return std::move(*queue);
}

Result<Backends> openBackends(const Settings& settings, Clock& clock, WorkerPool& io_pool) {
    auto documents = openStore(settings);
    if (!documents) return failure(std::move(documents.error()));
    auto queue = openQueue(settings, *documents, clock);
    if (!queue) return failure(std::move(queue.error()));
    auto blobs = DiskBlobStore::open(settings.data.dir / "blobs", io_pool);
    if (!blobs) return failure(std::move(blobs.error()));
    return Backends{std::move(*documents), std::move(*queue), std::move(*blobs)};
}

Result<std::string> signingSecret(const Settings& settings) {
    if (settings.auth.jwt_secret) return *settings.auth.jwt_secret;
    return loadOrMakeJwtSecret(settings.data.dir);
}

}  // namespace atelier
