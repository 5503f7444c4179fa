#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "util/bytes.h"

namespace atelier::emulator::paint {

struct Size {
    int width = 0;   ///< pixels
    int height = 0;  ///< pixels

    bool operator==(const Size&) const = default;
    double megapixels() const { return static_cast<double>(width) * height / 1'048'576; }
};

/// Size of an encoded picture as it will be shown, EXIF orientation applied; empty
/// when it is none that the provider reads (JPEG, PNG, WebP).
std::optional<Size> sizeOf(BytesView encoded);

/// Decoded pixels, CV_8UC3 (RGB). Throws std::exception when `encoded` is damaged.
cv::Mat decodeRgb(BytesView encoded);
/// CV_8UC1: the picture's brightness. Throws likewise.
cv::Mat decodeGrey(BytesView encoded);
/// CV_8UC1: the alpha channel, 255 without one. Throws likewise.
cv::Mat decodeAlpha(BytesView encoded);

/// `format` is jpeg, png or webp.
Bytes encode(const cv::Mat& rgb, std::string_view format);

}  // namespace atelier::emulator::paint
