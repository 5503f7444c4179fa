#pragma once

#include <vips/vips8>

#include "imaging/pixels.h"
#include "imaging/sniff.h"
#include "ports/imaging.h"

namespace atelier::imaging {

/// Limits for pictures that passed `normalise` before, and for answers of the provider.
inline constexpr ImageLimits kTrustedLimits{.max_pixels = 100'000'000, .min_side = 0};

inline constexpr std::string_view kDamaged =
    "the picture is damaged or cut off: it does not decode to the end; export it again and send "
    "the whole file";

/// What the header says, read without decoding pixels.
struct Header {
    Encoding encoding;
    Size size;  ///< upright: after EXIF orientation
    bool alpha = false;
};

/// Errors: as sniff, ImageUndecodable, ImageTooManyPixels, ImageTooSmall.
Result<Header> readHeader(BytesView content, ImageLimits limits);

/// A pipeline that yields the upright picture in 8-bit sRGB with 3 or 4 bands; may be read once,
/// top to bottom. `content` must outlive it. Pixels decode when it runs: damage shows as
/// vips::VError then.
Result<vips::VImage> openUpright(BytesView content, ImageLimits limits);

enum class Fit {
    Inside,   ///< as large as fits the box, proportions kept, never enlarged
    Exactly,  ///< exactly the box
};

/// Upright 8-bit sRGB pixels, resized while decoding (JPEG and WebP decode to a fraction directly).
/// Transparent parts become white when `flatten`. Errors: as readHeader.
Result<Pixels> loadFitted(BytesView content, Size box, Fit fit, bool flatten = true);

/// A mask as one 8-bit band, exactly `size`; edges stay hard. Errors: as readHeader.
Result<Pixels> loadMask(BytesView content, Size size);

}  // namespace atelier::imaging
