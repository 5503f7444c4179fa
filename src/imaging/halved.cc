#include "imaging/halved.h"

#include <cstring>

#include <opencv2/imgproc.hpp>

namespace atelier::imaging {
namespace {

/// The next rows, from top to bottom: libvips calls it on one thread at a time.
/// Source: vips_sink_disc.
int takeRows(VipsRegion* region, VipsRect* area, void* self) {
    try {
        auto& [whole, half] = *static_cast<WithHalf*>(self);
        auto& pixels = whole.mat();
        for (int y = area->top; y < area->top + area->height; ++y) {
            std::memcpy(pixels.ptr(y), VIPS_REGION_ADDR(region, 0, y),
                        static_cast<std::size_t>(pixels.cols) * pixels.elemSize());
        }
        const int from = area->top / 2, to = (area->top + area->height) / 2;
        if (to > from && half.cols > 0) {
            auto rows = half.rowRange(from, to);
            cv::resize(pixels(cv::Rect(0, 2 * from, 2 * half.cols, 2 * (to - from))), rows,
                       rows.size(), 0, 0, cv::INTER_AREA);
        }
        return 0;
    } catch (const std::exception& error) {
        vips_error("half", "%s", error.what());
        return -1;
    }
}

}  // namespace

WithHalf withHalf(const vips::VImage& image) {
    const int type = CV_8UC(image.bands());
    WithHalf made{Pixels::from(cv::Mat(image.height(), image.width(), type)),
                  cv::Mat(image.height() / 2, image.width() / 2, type)};
    if (vips_sink_disc(image.get_image(), takeRows, &made) != 0) throw vips::VError{};
    return made;
}

}  // namespace atelier::imaging
