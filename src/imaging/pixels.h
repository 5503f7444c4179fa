#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <vips/vips8>

#include "ports/imaging.h"

namespace atelier::imaging {

/// 8-bit pixels in memory that both libraries see without copying: interleaved, R G B (A) order or
/// grey. Copies share the memory.
class Pixels {
  public:
    Pixels() = default;
    /// Runs the pipeline of `image`, which must be 8-bit. Throws vips::VError.
    static Pixels from(const vips::VImage& image);
    /// Shares the memory of `mat`, which must be continuous and 8-bit.
    static Pixels from(cv::Mat mat);

    cv::Mat& mat() { return mat_; }
    const cv::Mat& mat() const { return mat_; }
    Size size() const { return {mat_.cols, mat_.rows}; }
    /// A view of the memory: valid while this or a copy of it lives.
    vips::VImage image() const;

  private:
    cv::Mat mat_;
};

}  // namespace atelier::imaging
