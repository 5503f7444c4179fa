#include "imaging/small.h"

#include <opencv2/imgproc.hpp>

#include "imaging/encode.h"

namespace atelier::imaging {

std::shared_ptr<const Pixels> madeSmall(const Pixels& pixels) {
    auto small = pixels;
    while (std::max(small.mat().cols, small.mat().rows) >= 2 * kLeastSmall &&
           std::min(small.mat().cols, small.mat().rows) > 1) {
        cv::Mat half;
        cv::resize(small.mat(), half, {small.mat().cols / 2, small.mat().rows / 2}, 0, 0,
                   cv::INTER_AREA);
        small = Pixels::from(half);
    }
    return std::make_shared<const Pixels>(std::move(small));
}

std::optional<EncodedImage> thumbnailFromSmall(const EncodedImage& image, int max_edge,
                                               ImageFormat format) {
    if (image.small == nullptr) {
        return std::nullopt;
    }
    const auto size = image.small->size();
    if (size != image.size && std::max(size.width, size.height) < max_edge) {
        return std::nullopt;
    }
    if (size.width <= max_edge && size.height <= max_edge) {
        return encode(image.small->image(), format);
    }
    auto* options = vips::VImage::option()->set("height", max_edge)->set("size", VIPS_SIZE_DOWN);
    return encode(image.small->image().thumbnail_image(max_edge, options), format);
}

}  // namespace atelier::imaging
