#pragma once

#include <memory>
#include <string>

#include "config/settings.h"
#include "ports/blob_store.h"
#include "ports/job_queue.h"
#include "ports/store.h"
#include "store/sqlite_db/database.h"
#include "util/clock.h"
#include "util/worker_pool.h"

namespace atelier {

/// The store that the settings choose, and its SQLite file when that is where it lies.
struct StoreBackend {
    std::shared_ptr<sqlite::Database> database;  ///< empty: documents are in MongoDB
    std::unique_ptr<Store> store;
};

/// Store, queue and blobs. Each is chosen by its own setting, so the embedded and the
/// scaled-out kind mix freely.
struct Backends {
    StoreBackend documents;
    std::unique_ptr<JobQueue> queue;
    std::unique_ptr<BlobStore> blobs;
};

/// Blocking. Errors: NotReady (what is wrong), ValidationFailed (a backend that this version does
/// not have).
Result<StoreBackend> openStore(const Settings& settings);

/// The queue that the settings choose; the local one lies in the SQLite file of `documents`, or in
/// one of its own. Blocking. Errors: NotReady (also when another process works on the local queue),
/// ValidationFailed (REDIS_URL).
Result<std::unique_ptr<JobQueue>> openQueue(const Settings& settings, const StoreBackend& documents,
                                            Clock& clock);

/// Blocking. Errors: as `openStore`; NotReady also when another process works on the local queue.
Result<Backends> openBackends(const Settings& settings, Clock& clock, WorkerPool& io_pool);

/// The secret behind tokens and links: the setting, or the one kept in the data folder. Blocking.
Result<std::string> signingSecret(const Settings& settings);

}  // namespace atelier
