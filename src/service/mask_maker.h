#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ports/blob_store.h"
#include "ports/imaging.h"
#include "service/recent.h"
#include "util/task.h"
#include "util/worker_pool.h"

namespace atelier {

/// A mask that is stored as a blob.
struct StoredMask {
    std::string key;
    double confidence = 0;
    std::vector<std::string> warnings;
};

/// Makes automatic masks once per photo and category and remembers them.
/// Thread-safe. Errors: NoPersonFound, NotReady (pool full), those of the blob store.
class MaskMaker {
  public:
    MaskMaker(BlobStore& blobs, const Imaging& imaging, WorkerPool& image_pool)
        : blobs_{blobs}, imaging_{imaging}, image_pool_{image_pool} {}

    /// `person_key` is the blob of the photo.
    Task<Result<StoredMask>> maskFor(std::string person_key, Category category);
    /// The same for looking at: what is made for that is remembered, but not stored, where it would
    /// outlive the photo without anything that refers to it.
    Task<Result<SharedBytes>> preview(std::string person_key, Category category);
    /// Everything but the person. `original_key` is the blob of the photo that a try-on made this
    /// one from, or empty; it may be gone.
    Task<Result<StoredMask>> backgroundFor(std::string person_key, std::string original_key);

  private:
    using Draw = std::function<Result<MaskResult>(const Bytes& photo)>;
    using Drawn = std::shared_ptr<const MaskResult>;
    Draw automatic(Category category) const;
    Task<Result<StoredMask>> make(std::string name, std::string person_key, Draw draw);
    Task<Result<Drawn>> drawn(std::string name, std::string person_key, Draw draw);

    BlobStore& blobs_;
    const Imaging& imaging_;
    WorkerPool& image_pool_;
    Recent<StoredMask> stored_{1024};
    Recent<Drawn> previews_{32};
};

}  // namespace atelier
