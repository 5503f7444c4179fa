#include "imaging/client_mask.h"

#include <cmath>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr double kLeastMask = 0.001, kMostMask = 0.99;
constexpr double kMaskProportions = 0.02;

/// One band, white = repaint: the alpha channel turned round where it says anything, else the
/// brightness.
cv::Mat repaintBand(const cv::Mat& pixels) {
    cv::Mat band;
    if (pixels.channels() == 4) {
        cv::extractChannel(pixels, band, 3);
        double least = 255;
        cv::minMaxLoc(band, &least);
        if (least < 128) {
            cv::bitwise_not(band, band);
            return band;
        }
    }
    cv::cvtColor(pixels, band, pixels.channels() == 4 ? cv::COLOR_RGBA2GRAY : cv::COLOR_RGB2GRAY);
    return band;
}

/// Share of the picture's outermost pixels that are white.
double whiteBorder(const cv::Mat& mask) {
    cv::Mat frame(mask.size(), CV_8UC1, cv::Scalar(0));
    cv::rectangle(frame, {0, 0}, {mask.cols - 1, mask.rows - 1}, cv::Scalar(255), 1);
    return cv::mean(mask, frame)[0] / 255;
}

Result<MaskResult> judge(const cv::Mat& mask) {
    const double share = cv::mean(mask)[0] / 255;
    if (share < kLeastMask) {
        return failure(ErrorCode::MaskInvalid,
                       "the mask is black: paint white what shall be repainted");
    }
    if (share > kMostMask) {
        return failure(ErrorCode::MaskInvalid,
                       "the mask is white all over: paint black what shall be kept");
    }
    MaskResult result;
    result.confidence = 1;
    if (share > 0.5 && whiteBorder(mask) > 0.85) {
        result.confidence = 0.4;
        result.warnings.emplace_back(
            "the mask repaints the surroundings and keeps the middle: it may be inverted (white is "
            "repainted)");
    }
    result.mask = encode(Pixels::from(mask).image(), ImageFormat::Png, {.flat = true});
    return result;
}

}  // namespace

Result<MaskResult> checkClientMask(BytesView mask, Size person) {
    const auto image = openUpright(mask, kTrustedLimits);
    if (!image) {
        return failure(ErrorCode::MaskInvalid, "the mask cannot be read: " + image.error().detail,
                       image.error().cause);
    }
    const double shape = static_cast<double>(image->width()) / image->height();
    const double wanted = static_cast<double>(person.width) / person.height;
    if (std::abs(shape / wanted - 1) > kMaskProportions) {
        return failure(
            ErrorCode::MaskInvalid,
            fmt::format(
                "the mask is {}×{} pixels, the photo {}×{}: they must have the same proportions",
                image->width(), image->height(), person.width, person.height));
    }
    return guarded(ErrorCode::MaskInvalid, "the mask is damaged or cut off; send the whole file",
                   [&]() -> Result<MaskResult> {
                       const auto pixels = Pixels::from(*image);
                       auto band = repaintBand(pixels.mat());
                       if (band.size() != cv::Size(person.width, person.height)) {
                           cv::resize(band, band, {person.width, person.height}, 0, 0,
                                      cv::INTER_LINEAR);
                       }
                       cv::threshold(band, band, 127, 255, cv::THRESH_BINARY);
                       return judge(band);
                   });
}

}  // namespace atelier::imaging
