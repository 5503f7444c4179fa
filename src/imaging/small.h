#pragma once

#include <optional>

#include "imaging/pixels.h"

namespace atelier::imaging {

/// `pixels` by halves, for a thumbnail: the longest side is at least kLeastSmall, or the picture's
/// own. May share the memory.
std::shared_ptr<const Pixels> madeSmall(const Pixels& pixels);
inline constexpr int kLeastSmall = 512;

/// See Imaging::thumbnail; null when `image.small` is not there or too small.
std::optional<EncodedImage> thumbnailFromSmall(const EncodedImage& image, int max_edge,
                                               ImageFormat format);

}  // namespace atelier::imaging
