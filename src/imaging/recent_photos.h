#pragma once

#include <list>
#include <mutex>
#include <utility>

#include "imaging/pixels.h"
#include "util/bytes.h"

namespace atelier::imaging {

/// The large photos decoded last, in the size that goes to an endpoint. A try-on needs the person's
/// twice, for the mask and for the canvas, and most of either is decoding. Thread-safe.
class RecentPhotos {
  public:
    explicit RecentPhotos(std::size_t capacity) : capacity_{capacity} {}

    /// As loadFitted(photo, size, Fit::Exactly); do not write into the pixels, others may have
    /// them. Errors: as loadFitted.
    Result<Pixels> load(BytesView photo, Size size);

  private:
    struct Key {
        Bytes sha256;
        Size size;
        bool operator==(const Key&) const = default;
    };
    std::mutex mutex_;
    std::list<std::pair<Key, Pixels>> recent_;  // guarded by mutex_; the newest is the first
    const std::size_t capacity_;
};

}  // namespace atelier::imaging
