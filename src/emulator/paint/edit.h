#pragma once

#include <opencv2/core/mat.hpp>

#include "emulator/paint/painter.h"

namespace atelier::emulator::paint {

/// Keeps the first input and changes what the prompt names: the clothes (after the
/// second input, if there is one), the place behind, the light.
cv::Mat paintEdit(const Order& order);

/// Dresses `person` in `garment`.
cv::Mat paintTryOn(const Order& order);

}  // namespace atelier::emulator::paint
