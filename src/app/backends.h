#pragma once

#include <memory>

#include "config/settings.h"
#include "ports/blob_store.h"
#include "ports/job_queue.h"
#include "ports/store.h"
#include "store/sqlite_db/database.h"
#include "util/clock.h"
#include "util/worker_pool.h"

namespace atelier {

/// The store, queue and blobs that the settings choose. Each row is chosen by its own
/// setting, so the embedded and the scaled-out kind mix freely.
struct Backends {
    std::unique_ptr<sqlite::Database> database;  ///< when the store or the queue needs it
    std::unique_ptr<Store> store;
    std::unique_ptr<JobQueue> queue;
    std::unique_ptr<BlobStore> blobs;
};

/// Blocking. Errors: NotReady (which backend, what is wrong).
Result<Backends> openBackends(const Settings& settings, Clock& clock, WorkerPool& io_pool);

}  // namespace atelier
