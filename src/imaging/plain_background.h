#pragma once

#include <opencv2/core.hpp>

namespace atelier::imaging {

/// A background that varies smoothly: each Lab channel a quadratic of the place, fitted to the
/// border.
struct PlainBackground {
    cv::Mat distance;  ///< CV_32F, colour distance of each pixel from the background
    double plain = 0;  ///< share of border pixels that follow the fit
    double noise = 1;  ///< typical distance of those
};

/// `lab` is 8 bit Lab. Look at `plain` before you believe the rest.
PlainBackground fitPlainBackground(const cv::Mat& lab);

}  // namespace atelier::imaging
