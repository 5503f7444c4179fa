#pragma once

#include <vips/vips8>

#include "ports/imaging.h"

namespace atelier::imaging {

struct Quality {
    int jpeg = 92;  ///< 1…100
    /// JPEG without chroma subsampling, for pictures that are worked on further.
    bool full_colour = false;
    /// PNG in a fifth of the time; as small for masks, larger for photos.
    bool flat = false;
    /// PNG of one bit a pixel, for masks without soft edges: from 128 on is white.
    bool bilevel = false;
};

/// Runs the pipeline of `image` (8-bit) and encodes it, without metadata. Transparency is kept by
/// PNG and WebP and becomes white in JPEG. Throws vips::VError.
EncodedImage encode(const vips::VImage& image, ImageFormat format, Quality quality = {});

/// As encode; what the libraries throw becomes ImageUndecodable, as the source decodes only now.
Result<EncodedImage> tryEncode(const vips::VImage& image, ImageFormat format, Quality quality = {});

}  // namespace atelier::imaging
