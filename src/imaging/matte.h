#pragma once

#include <opencv2/core.hpp>

namespace atelier::imaging {

/// What tells, along the outline of a person who gets another background, how much of a pixel is
/// the person's: hair lets the old background through. All of one size, that of a small copy of the
/// photo; smooth, so that they may be enlarged.
struct Matte {
    cv::Mat person;      ///< RGB, the person's colour near by
    cv::Mat background;  ///< RGB, the old background's
    cv::Mat reach;       ///< grey: 255 at the outline, 0 where a pixel cannot be the person's

    bool empty() const { return reach.empty(); }
};

/// For a photo (RGB) and a mask of its background, white = repaint.
Matte makeMatte(const cv::Mat& photo, const cv::Mat& mask);

/// Mean colour (three floats) of the pixels of `where` in a window around each pixel; black where
/// there are none.
cv::Mat localMean(const cv::Mat& rgb, const cv::Mat& where, int window);

/// A repainted pixel that is partly the person's: the old background's part of `pixel` gives way to
/// `fresh`. Returns false, and changes nothing, when the two colours do not tell.
/// `reach` in 255ths. The mixing equation: pixel = a person + (1 - a) background.
bool mixIn(const cv::Vec3b& person, const cv::Vec3b& background, const uchar* fresh, int reach,
           uchar* pixel);

}  // namespace atelier::imaging
