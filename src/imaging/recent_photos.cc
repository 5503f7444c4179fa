#include "imaging/recent_photos.h"

#include <algorithm>

#include "imaging/decode.h"
#include "util/encoding.h"

namespace atelier::imaging {

Result<Pixels> RecentPhotos::load(BytesView photo, Size size) {
    Key key{sha256(photo), size};
    {
        const std::lock_guard lock{mutex_};
        const auto known =
            std::ranges::find(recent_, key, [](const auto& entry) -> auto& { return entry.first; });
        if (known != recent_.end()) {
            recent_.splice(recent_.begin(), recent_, known);
            return known->second;
        }
    }
    auto pixels = loadFitted(photo, size, Fit::Exactly);
    if (!pixels) {
        return pixels;
    }
    const std::lock_guard lock{mutex_};
    recent_.emplace_front(std::move(key), *pixels);
    if (recent_.size() > capacity_) {
        recent_.pop_back();
    }
    return pixels;
}

}  // namespace atelier::imaging
