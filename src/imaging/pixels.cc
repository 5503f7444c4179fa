#include "imaging/pixels.h"

namespace atelier::imaging {

Pixels Pixels::from(const vips::VImage& image) {
    Pixels pixels;
    std::size_t bytes = 0;
    pixels.memory_ = std::shared_ptr<void>(image.write_to_memory(&bytes), g_free);
    pixels.mat_ =
        cv::Mat(image.height(), image.width(), CV_8UC(image.bands()), pixels.memory_.get());
    return pixels;
}

Pixels Pixels::from(cv::Mat mat) {
    Pixels pixels;
    pixels.mat_ = std::move(mat);
    return pixels;
}

vips::VImage Pixels::image() const {
    const auto image =
        vips::VImage::new_from_memory(mat_.data, mat_.total() * mat_.elemSize(), mat_.cols,
                                      mat_.rows, mat_.channels(), VIPS_FORMAT_UCHAR);
    const auto meaning = mat_.channels() < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
    return image.copy(vips::VImage::option()->set("interpretation", meaning));
}

}  // namespace atelier::imaging
