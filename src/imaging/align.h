#pragma once

#include <opencv2/core.hpp>

namespace atelier::imaging {

/// Where a pixel of the reference lies in the other picture: other = scale · reference + shift, per
/// axis, measured from the centre, in pixels of the reference's size.
struct Alignment {
    double scale_x = 1, scale_y = 1;
    double shift_x = 0, shift_y = 0;
    double likeness = 0;  ///< correlation of the two after alignment, 0…1, over the compared pixels
    double compared =
        0;  ///< share of pixels that carried information; too few and nothing is corrected
    bool trusted = false;  ///< there was enough texture to say anything

    /// The longest distance a pixel of a picture of `size` moves.
    double displacement(cv::Size size) const;
    /// 2×3 matrix for cv::warpAffine with WARP_INVERSE_MAP.
    cv::Mat matrix(cv::Size size) const;
};

/// Finds small shifts and scales between two pictures of one size, looking only where `keep` is not
/// 0 (what should be the same in both). Both are 8-bit grey. Good to about a twentieth of a pixel
/// for shifts up to 4 % and scales up to 5 %. Method: Gauss-Newton on a pyramid (inverse
/// compositional Lucas-Kanade), Huber weights.
Alignment align(const cv::Mat& reference, const cv::Mat& other, const cv::Mat& keep);

}  // namespace atelier::imaging
