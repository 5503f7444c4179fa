#pragma once

#include <opencv2/core/mat.hpp>

#include "emulator/paint/painter.h"

namespace atelier::emulator::paint {

/// Closes the white of the mask, widened by `dilate_pixels`, with what is around it.
cv::Mat paintErase(const Order& order);
/// The same picture, sharper.
cv::Mat paintDeblur(const Order& order);
/// Expand and outpainting: the input at its place, unchanged, its border carried on.
cv::Mat paintLargerCanvas(const Order& order);

/// Fills what `known` (CV_8UC1) leaves black with what is near.
cv::Mat closed(const cv::Mat& rgb, const cv::Mat& known);

}  // namespace atelier::emulator::paint
