#include "imaging/whole.h"

#include <cmath>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr Quality kSentQuality{.jpeg = 95, .full_colour = true};
constexpr double kAnswerProportions = 0.04;
constexpr int kSlot = 480, kSlotMargin = 16, kCaption = 32;  // pixels

int onGrid(double pixels, int grid) {
    return std::max(grid, static_cast<int>(pixels + grid / 2.0) / grid * grid);
}

/// The largest size that fits the slot, proportions kept.
Size fittedTo(Size picture, int edge) {
    const double scale = static_cast<double>(edge) / std::max(picture.width, picture.height);
    return {std::max(1, cvRound(picture.width * scale)),
            std::max(1, cvRound(picture.height * scale))};
}

void drawSlot(cv::Mat& board, cv::Rect slot, const cv::Mat& garment, const std::string& label) {
    const cv::Rect room(slot.x, slot.y, slot.width, slot.height - kCaption);
    const cv::Point at(room.x + (room.width - garment.cols) / 2,
                       room.y + (room.height - garment.rows) / 2);
    garment.copyTo(board(cv::Rect(at, garment.size())));
    cv::putText(board, label, {slot.x + kSlotMargin, slot.br().y - 10}, cv::FONT_HERSHEY_DUPLEX,
                0.6, cv::Scalar::all(70), 1, cv::LINE_AA);
}

}  // namespace

Result<EncodedImage> makeFitted(BytesView image, std::int64_t max_pixels, int grid) {
    const auto header = readHeader(image, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const double pixels = static_cast<double>(header->size.width) * header->size.height;
    const double scale = std::min(1.0, std::sqrt(static_cast<double>(max_pixels) / pixels));
    Size size{onGrid(header->size.width * scale, grid), onGrid(header->size.height * scale, grid)};
    while (static_cast<std::int64_t>(size.width) * size.height > max_pixels) {
        (size.width > size.height ? size.width : size.height) -= grid;
    }
    const auto fitted = loadFitted(image, size, Fit::Exactly);
    if (!fitted) {
        return failure(fitted.error());
    }
    return tryEncode(fitted->image(), ImageFormat::Jpeg, kSentQuality);
}

Result<EncodedImage> makeGarmentBoard(
    const std::vector<std::pair<std::string, SharedBytes>>& garments) {
    const int columns = garments.size() == 1 ? 1 : 2;
    const int rows = (static_cast<int>(garments.size()) + columns - 1) / columns;
    cv::Mat board(rows * kSlot, columns * kSlot, CV_8UC3, cv::Scalar::all(255));
    for (std::size_t i = 0; i < garments.size(); ++i) {
        const auto& [label, content] = garments[i];
        const auto header = readHeader(*content, kTrustedLimits);
        if (!header) {
            return failure(header.error());
        }
        const auto size = fittedTo(header->size, kSlot - kCaption - 2 * kSlotMargin);
        const auto picture = loadFitted(*content, size, Fit::Exactly);
        if (!picture) {
            return failure(picture.error());
        }
        const int place = static_cast<int>(i);
        drawSlot(board, {place % columns * kSlot, place / columns * kSlot, kSlot, kSlot},
                 picture->mat(), label);
    }
    return tryEncode(Pixels::from(board).image(), ImageFormat::Jpeg, kSentQuality);
}

Result<EncodedImage> bringTo(BytesView answer, Size size, ImageFormat format) {
    const auto header = readHeader(answer, kTrustedLimits);
    if (!header) {
        return failure(ErrorCode::ProviderBadAnswer,
                       "the provider's answer is not a usable picture", header.error().detail);
    }
    const double wanted = static_cast<double>(size.width) / size.height;
    const double got = static_cast<double>(header->size.width) / header->size.height;
    if (std::abs(got / wanted - 1) > kAnswerProportions) {
        return failure(
            ErrorCode::ProviderMisaligned,
            fmt::format("the provider answered with {}×{} pixels to a photo of {}×{}",
                        header->size.width, header->size.height, size.width, size.height));
    }
    return guarded(ErrorCode::ProviderBadAnswer, "the provider's answer does not decode",
                   [&]() -> Result<EncodedImage> {
                       auto pixels = openUpright(answer, kTrustedLimits);
                       if (!pixels) {
                           return failure(pixels.error());
                       }
                       const auto scale = static_cast<double>(size.width) / header->size.width;
                       const auto options = vips::VImage::option()->set(
                           "vscale", static_cast<double>(size.height) / header->size.height);
                       const auto resized = pixels->resize(scale, options);
                       // resize rounds: cut or carry on the last row and column.
                       return encode(resized.gravity(
                                         VIPS_COMPASS_DIRECTION_NORTH_WEST, size.width, size.height,
                                         vips::VImage::option()->set("extend", VIPS_EXTEND_COPY)),
                                     format);
                   });
}

}  // namespace atelier::imaging
