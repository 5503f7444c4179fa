#include "app/backends.h"

#include "blobs/disk/disk_blob_store.h"
#include "queue/local/local_queue.h"
#include "service/auth/jwt_secret.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {

Result<StoreBackend> openStore(const Settings& settings) {
    auto database = sqlite::Database::open(settings.data.dir);
    if (!database) return failure(std::move(database.error()));
    StoreBackend out{std::move(*database), nullptr};
    auto store = SqliteStore::open(out.database);
    if (!store) return failure(std::move(store.error()));
    out.store = std::move(*store);
    return out;
}

Result<Backends> openBackends(const Settings& settings, Clock& clock, WorkerPool& io_pool) {
    auto documents = openStore(settings);
    if (!documents) return failure(std::move(documents.error()));
    auto queue = LocalQueue::open(documents->database, clock);
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
