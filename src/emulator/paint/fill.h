#pragma once

#include <opencv2/core/mat.hpp>

#include "emulator/paint/painter.h"

namespace atelier::emulator::paint {

/// Repaints the white of the mask (or the transparent part of the image). A diptych,
/// garment left and person right, dresses the person; else the prompt decides.
cv::Mat paintFill(const Order& order);

}  // namespace atelier::emulator::paint
