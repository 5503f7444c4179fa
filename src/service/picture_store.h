#pragma once

#include <functional>

#include "domain/asset.h"
#include "ports/blob_store.h"
#include "ports/imaging.h"
#include "util/task.h"
#include "util/worker_pool.h"

namespace atelier {

/// Puts pictures away with their thumbnails: the one way they get in. Thread-safe.
/// Errors: those of what makes the picture; NotReady (pool full, blobs).
class PictureStore {
  public:
    PictureStore(BlobStore& blobs, const Imaging& imaging, WorkerPool& image_pool)
        : blobs_{blobs}, imaging_{imaging}, image_pool_{image_pool} {}

    /// Normalises an upload. Errors: also the Imaging port's.
    Task<Result<Picture>> takeIn(SharedBytes upload, ImageLimits limits);

    /// Keeps what `make`, which runs on the image pool, returns; both pictures say what they are.
    Task<Result<Picture>> keepMade(std::function<Result<EncodedImage>()> make, Origin origin);

  private:
    Task<Result<Picture>> keep(std::function<Result<EncodedImage>()> make,
                               std::optional<Origin> origin);

    BlobStore& blobs_;
    const Imaging& imaging_;
    WorkerPool& image_pool_;
};

}  // namespace atelier
