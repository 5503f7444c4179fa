#include "imaging/pixels.h"

namespace atelier::imaging {

Pixels Pixels::from(const vips::VImage& image) {
    Pixels pixels;
    pixels.mat_.create(image.height(), image.width(), CV_8UC(image.bands()));
    image.write(vips::VImage::new_from_memory(
        pixels.mat_.data, pixels.mat_.total() * pixels.mat_.elemSize(), pixels.mat_.cols,
        pixels.mat_.rows, pixels.mat_.channels(), VIPS_FORMAT_UCHAR));
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
