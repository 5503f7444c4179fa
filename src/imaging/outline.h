#pragma once

#include <opencv2/core.hpp>

namespace atelier::imaging {

/// Decides anew, pixel by pixel, near an outline (255 = person): the colours of the person there,
/// or those of the background? Reaches `radius` outwards, further into notches, and inwards as far
/// as the background's colour goes on unbroken; gaps between bare `skin` and the body open. Where
/// the two sides have colours in common the outline stands. All three pictures are of one size.
cv::Mat refineOutline(const cv::Mat& rgb, const cv::Mat& outline, const cv::Mat& skin,
                      float radius);

}  // namespace atelier::imaging
