#pragma once

#include "imaging/face_finder.h"
#include "ports/imaging.h"

namespace atelier::imaging {

/// See Imaging::autoMask.
Result<MaskResult> makeAutoMask(BytesView person, Category category, const FaceFinder& faces);

}  // namespace atelier::imaging
