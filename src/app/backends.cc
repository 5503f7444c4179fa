#include "app/backends.h"

#include "blobs/disk/disk_blob_store.h"
#include "queue/local/local_queue.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {

Result<Backends> openBackends(const Settings& settings, Clock& clock, WorkerPool& io_pool) {
    Backends out;
    auto database = sqlite::Database::open(settings.data.dir);
    if (!database) return failure(std::move(database.error()));
    out.database = std::move(*database);

    auto store = SqliteStore::open(*out.database);
    if (!store) return failure(std::move(store.error()));
    out.store = std::move(*store);

    auto queue = LocalQueue::open(*out.database, clock);
    if (!queue) return failure(std::move(queue.error()));
    out.queue = std::move(*queue);

    auto blobs = DiskBlobStore::open(settings.data.dir / "blobs", io_pool);
    if (!blobs) return failure(std::move(blobs.error()));
    out.blobs = std::move(*blobs);
    return out;
}

}  // namespace atelier
