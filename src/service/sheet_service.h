#pragma once

#include "ports/blob_store.h"
#include "ports/imaging.h"
#include "ports/job_store.h"
#include "util/worker_pool.h"

namespace atelier {

/// Contact sheets: every picture that a job saw, side by side, for whoever wonders
/// why a result looks as it does. Thread-safe.
class SheetService {
  public:
    SheetService(BlobStore& blobs, const Imaging& imaging, WorkerPool& image_pool)
        : blobs_{blobs}, imaging_{imaging}, image_pool_{image_pool} {}

    /// Person, garments, mask and what was sent, as far as the job got; of samples that succeeded
    /// the raw answers and results, too. Errors: NotFound (nothing to show yet), NotReady.
    Task<Result<EncodedImage>> sheet(Job job);

  private:
    BlobStore& blobs_;
    const Imaging& imaging_;
    WorkerPool& image_pool_;
};

}  // namespace atelier
