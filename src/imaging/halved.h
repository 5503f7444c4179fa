#pragma once

#include "imaging/pixels.h"

namespace atelier::imaging {

/// A picture, and the same with each four pixels averaged; a last odd row or column is left out.
struct WithHalf {
    Pixels whole;
    cv::Mat half;
};

/// Runs the pipeline of `image`, which must be 8-bit, and halves what is there already while the
/// rest decodes. Throws vips::VError.
WithHalf withHalf(const vips::VImage& image);

}  // namespace atelier::imaging
