#pragma once

#include "imaging/face_finder.h"
#include "ports/imaging.h"

namespace atelier::imaging {

/// See Imaging::backgroundMask.
Result<MaskResult> makeBackgroundMask(BytesView person, BytesView original,
                                      const FaceFinder& faces);

}  // namespace atelier::imaging
