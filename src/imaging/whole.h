#pragma once

#include "ports/imaging.h"

/// Pictures that the provider makes anew as a whole, there and back.
namespace atelier::imaging {

/// See Imaging::fitToGrid.
Result<EncodedImage> makeFitted(BytesView image, std::int64_t max_pixels, int grid);

/// See Imaging::garmentBoard.
Result<EncodedImage> makeGarmentBoard(
    const std::vector<std::pair<std::string, SharedBytes>>& garments);

/// See Imaging::broughtTo.
Result<EncodedImage> bringTo(BytesView answer, Size size, ImageFormat format);

}  // namespace atelier::imaging
