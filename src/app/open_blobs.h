#pragma once

#include <memory>

#include "config/settings.h"
#include "ports/blob_store.h"
#include "util/clock.h"
#include "util/worker_pool.h"

namespace atelier {

/// The store of pictures that the settings choose, once it has answered. Blocking. `clock` and
/// `pool` must outlive it. Errors: NotReady (what is wrong and which setting mends it).
Result<std::unique_ptr<BlobStore>> openBlobs(const Settings& settings, Clock& clock,
                                             WorkerPool& pool);

}  // namespace atelier
