#pragma once

#include <string>
#include <vector>

#include "ports/asset_store.h"
#include "ports/blob_store.h"
#include "util/clock.h"

namespace atelier {

/// Removes blobs that nothing refers to. Thread-safe, also between processes: a blob that is
/// referred to anew while it is removed is put back.
class BlobReaper {
  public:
    BlobReaper(AssetStore& references, BlobStore& blobs, const Clock& clock)
        : references_{references}, blobs_{blobs}, clock_{clock} {}

    /// Removes those of `keys` that nothing refers to any more, whatever their age.
    Task<Result<>> release(std::vector<std::string> keys);
    /// Looks at every blob and removes those without a reference that were not put for `grace`,
    /// which covers what is stored but not yet referred to. Returns how many.
    Task<Result<int>> sweep(Millis grace);

  private:
    Task<Result<bool>> removeUnreferenced(std::string key);

    AssetStore& references_;
    BlobStore& blobs_;
    const Clock& clock_;
};

}  // namespace atelier
