#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "ports/blob_store.h"
#include "ports/imaging.h"
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
    /// Everything but the person. `original_key` is the blob of the photo that a try-on made this
    /// one from, or empty; it may be gone.
    Task<Result<StoredMask>> backgroundFor(std::string person_key, std::string original_key);

  private:
    using Make = std::function<Result<MaskResult>(const Bytes& photo)>;
    Task<Result<StoredMask>> make(std::string name, std::string person_key, Make make);
    std::optional<StoredMask> recall(const std::string& name);
    void remember(const std::string& name, StoredMask mask);

    BlobStore& blobs_;
    const Imaging& imaging_;
    WorkerPool& image_pool_;
    std::mutex mutex_;
    std::list<std::pair<std::string, StoredMask>> recent_;  // guarded by mutex_, newest first
    std::unordered_map<std::string, decltype(recent_)::iterator> index_;  // guarded by mutex_
};

}  // namespace atelier
