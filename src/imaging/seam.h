#pragma once

#include <opencv2/core.hpp>

namespace atelier::imaging {

/// What to add to the answer so that it meets the original at the mask's border: a smooth field of
/// three floats per pixel on a coarse grid, strongest at the border and fading inwards.
/// `answer` is already aligned. Differences that are too large to be a change of colour (a sleeve
/// where there was background) do not count.
cv::Mat colourCorrection(const cv::Mat& original, const cv::Mat& answer, const cv::Mat& mask);

/// `picture` (RGB) with a correction added.
cv::Mat corrected(const cv::Mat& picture, const cv::Mat& correction);

/// Opacity of the answer, 8 bit: 0 wherever the mask is below 128 (bit for bit), rising to 255
/// within `feather_px` pixels inwards.
cv::Mat featherInwards(const cv::Mat& mask, int feather_px);

}  // namespace atelier::imaging
