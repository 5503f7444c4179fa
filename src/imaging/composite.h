#pragma once

#include "ports/imaging.h"

namespace atelier::imaging {

/// See Imaging::composite.
Result<EncodedImage> compositeAnswer(BytesView person, BytesView mask, BytesView answer,
                                     Rect person_in_canvas, Size canvas, ImageFormat format);

}  // namespace atelier::imaging
