#include "emulator/paint/shrink.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace atelier::emulator::paint {

cv::Mat shrunk(const cv::Mat& image, int longest) {
    cv::Mat small = image;
    while (std::max(small.cols, small.rows) >= 2 * longest &&
           std::min(small.cols, small.rows) > 1) {
        cv::Mat half;
        cv::resize(small, half, {small.cols / 2, small.rows / 2}, 0, 0, cv::INTER_AREA);
        small = half;
    }
    const double scale = static_cast<double>(longest) / std::max(small.cols, small.rows);
    cv::Mat out;
    if (scale < 1)
        cv::resize(small, out, {}, scale, scale, cv::INTER_LINEAR);  // less than halved: no aliases
    else
        small.copyTo(out);
    return out;
}

}  // namespace atelier::emulator::paint
