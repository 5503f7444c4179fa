#include <cstdint>
#include <cstdlib>

#include "imaging/vips_imaging.h"

// Whatever is uploaded: a stored picture within the limits, or an error that names what is wrong.
// No crash, no leak, no more memory than the limits allow (run with -rss_limit_mb).

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace atelier;
    static const VipsImaging imaging(1);
    constexpr ImageLimits kLimits{.max_pixels = 2'000'000, .min_side = 0};
    const BytesView upload(reinterpret_cast<const char*>(data), size);
    const auto stored = imaging.normalise(upload, kLimits);
    if (!stored) {
        if (stored.error().detail.empty()) std::abort();
        return 0;
    }
    const auto pixels = static_cast<std::int64_t>(stored->size.width) * stored->size.height;
    if (pixels > kLimits.max_pixels) std::abort();
    if (!imaging.normalise(*stored->bytes, kLimits)) std::abort();
    (void)imaging.shrink(*stored->bytes, 64, ImageFormat::Webp);
    (void)imaging.clientMask(upload, {64, 64});
    return 0;
}
