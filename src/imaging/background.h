#pragma once

#include "imaging/face_finder.h"
#include "ports/imaging.h"

namespace atelier::imaging {

/// See Imaging::backgroundMask.
Result<MaskResult> makeBackgroundMask(BytesView person, const FaceFinder& faces);

/// Decides anew, pixel by pixel, within `radius` of the outline: nearer to the colours inside or
/// outside? Whoever is in doubt stays inside, so that strands of hair survive.
cv::Mat refineOutline(const cv::Mat& rgb, const cv::Mat& inside, float radius);

}  // namespace atelier::imaging
