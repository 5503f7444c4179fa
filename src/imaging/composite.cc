#include "imaging/composite.h"

#include <cmath>
#include <future>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/halved.h"
#include "imaging/paste.h"
#include "imaging/seam.h"
#include "imaging/small.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr double kPatchProportions = 0.03;
constexpr std::string_view kFailed = "the result could not be put together";

std::unexpected<Error> badAnswer(std::string detail) {
    return failure(ErrorCode::ProviderBadAnswer, std::move(detail));
}

Result<cv::Mat> cutOut(BytesView answer, Rect person, Size canvas) {
    const auto header = readHeader(answer, kTrustedLimits);
    if (!header) {
        return failure(Error{ErrorCode::ProviderBadAnswer,
                             "the provider's answer is not a usable picture",
                             header.error().detail,
                             {},
                             {},
                             {}});
    }
    const double sx = static_cast<double>(header->size.width) / canvas.width;
    const double sy = static_cast<double>(header->size.height) / canvas.height;
    if (std::abs(sx / sy - 1) > kPatchProportions) {
        return badAnswer(fmt::format("the provider answered with {}×{} pixels to a canvas of {}×{}",
                                     header->size.width, header->size.height, canvas.width,
                                     canvas.height));
    }
    auto pixels = loadFitted(answer, canvas, Fit::Exactly);
    if (!pixels) {
        return failure(Error{ErrorCode::ProviderBadAnswer,
                             "the provider's answer does not decode",
                             pixels.error().cause,
                             {},
                             {},
                             {}});
    }
    const cv::Rect place = cv::Rect(person.left, person.top, person.width, person.height);
    if ((place & cv::Rect({}, pixels->mat().size())) != place || place.empty()) {
        return failure(ErrorCode::Internal, "the person's part lies outside the canvas");
    }
    return pixels->mat()(place).clone();
}

/// RGB as the provider saw it: transparent parts white.
cv::Mat onWhite(const cv::Mat& pixels) {
    if (pixels.channels() == 3) {
        return pixels;
    }
    cv::Mat rgb(pixels.size(), CV_8UC3);
    for (int y = 0; y < pixels.rows; ++y) {
        const auto* from = pixels.ptr<cv::Vec4b>(y);
        auto* to = rgb.ptr<cv::Vec3b>(y);
        for (int x = 0; x < pixels.cols; ++x) {
            for (int c = 0; c < 3; ++c) {
                to[x][c] = static_cast<uchar>(255 - (255 - from[x][c]) * from[x][3] / 255);
            }
        }
    }
    return rgb;
}

/// By halves first, which is several times faster on large pictures than INTER_AREA at once; what
/// is left, less than a half, leaves no pixel out between two neighbours either.
cv::Mat reduced(const WithHalf& photo, cv::Size size) {
    const auto& [whole, half] = photo;
    const bool large = half.cols >= size.width && half.rows >= size.height;
    cv::Mat result = large ? half : whole.mat();
    while (result.cols >= 2 * size.width && result.rows >= 2 * size.height) {
        cv::Mat next;
        cv::resize(result, next, {result.cols / 2, result.rows / 2}, 0, 0, cv::INTER_AREA);
        result = next;
    }
    cv::resize(result, result, size, 0, 0, cv::INTER_LINEAR);
    return result;
}

Result<WithHalf> decodeWhole(BytesView person) {
    auto image = openUpright(person, kTrustedLimits);
    if (!image) {
        return failure(image.error());
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged,
                   [&]() -> Result<WithHalf> { return withHalf(*image); });
}

/// Whether everything around the middle is repainted: most of the rim is.
bool isOfBackground(const cv::Mat& mask) {
    constexpr int kMostOfTheRim = 127;
    const double rim =
        cv::mean(mask.row(0))[0] * mask.cols + cv::mean(mask.row(mask.rows - 1))[0] * mask.cols +
        cv::mean(mask.col(0))[0] * mask.rows + cv::mean(mask.col(mask.cols - 1))[0] * mask.rows;
    return rim / (2.0 * (mask.cols + mask.rows)) > kMostOfTheRim;
}

/// Around a person who gets another background even a narrow strip of the old one shines; then the
/// edge is only as soft as a sharp photo's.
int featherWidth(cv::Size size, bool of_background) {
    const int longest = std::max(size.width, size.height);
    return of_background ? std::max(1, longest / 1024) : std::max(4, longest / 128);
}

/// What the paste goes through, at the photo's size.
struct Stencil {
    cv::Mat mask, opacity;
    bool of_background = false;
};

Stencil makeStencil(const cv::Mat& mask) {
    const bool of_background = isOfBackground(mask);
    return {mask, featherInwards(mask, featherWidth(mask.size(), of_background)), of_background};
}

Small makeSmall(const WithHalf& photo, const cv::Mat& mask, const cv::Mat& answer) {
    Small small{{}, {}, answer};
    if (answer.cols > photo.whole.mat().cols) {
        cv::resize(answer, small.answer, photo.whole.mat().size(), 0, 0, cv::INTER_AREA);
    }
    small.person = onWhite(reduced(photo, small.answer.size()));
    cv::resize(mask, small.mask, small.answer.size(), 0, 0, cv::INTER_NEAREST);
    cv::threshold(small.mask, small.mask, 127, 255, cv::THRESH_BINARY);
    return small;
}

/// The result as small as `small`, for thumbnails; null when there is no patch.
std::shared_ptr<const Pixels> smallResult(const Small& small, PatchToCome patch,
                                          const Stencil& stencil) {
    if (!patch.get()) return nullptr;
    cv::Mat opacity, target = small.person.clone();
    cv::resize(stencil.opacity, opacity, target.size(), 0, 0, cv::INTER_LINEAR);
    const auto mask = stencil.of_background ? small.mask : cv::Mat{};
    Paste{std::move(patch), opacity, mask, target}.finish();
    return madeSmall(Pixels::from(target));
}

/// Encodes while the rest is pasted, and what is above the mask while the patch is made.
Result<EncodedImage> pasteAndEncode(WithHalf photo, const Small& small, const Stencil& stencil,
                                    ImageFormat format) {
    const PatchToCome patch =
        std::async(std::launch::async, makePatch, std::cref(small), stencil.of_background);
    auto shrinking =
        std::async(std::launch::async, smallResult, std::cref(small), patch, std::cref(stencil));
    Paste paste{patch, stencil.opacity, stencil.of_background ? stencil.mask : cv::Mat{},
                photo.whole.mat()};
    auto result = guarded(ErrorCode::Internal, kFailed,
                          [&]() -> Result<EncodedImage> { return encode(paste.image(), format); });
    if (!patch.get()) return failure(patch.get().error());
    auto shrunk = shrinking.get();
    if (result && photo.whole.mat().channels() == 3) result->small = std::move(shrunk);
    return result;
}

}  // namespace

Result<EncodedImage> compositeAnswer(BytesView person, BytesView mask, BytesView answer,
                                     Rect person_in_canvas, Size canvas, ImageFormat format) {
    const auto header = readHeader(person, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    // The longest step, and nothing else needs its pixels before they are compared.
    auto decoding = std::async(std::launch::async, decodeWhole, person);
    const auto cut = cutOut(answer, person_in_canvas, canvas);
    if (!cut) {
        return failure(cut.error());
    }
    const auto opacity_mask = loadMask(mask, header->size);
    if (!opacity_mask) {
        return failure(opacity_mask.error());
    }
    return guarded(ErrorCode::Internal, kFailed, [&]() -> Result<EncodedImage> {
        const auto stencil = makeStencil(opacity_mask->mat());
        auto photo = decoding.get();
        if (!photo) {
            return failure(photo.error());
        }
        const auto small = makeSmall(*photo, stencil.mask, *cut);
        return pasteAndEncode(std::move(*photo), small, stencil, format);
    });
}

}  // namespace atelier::imaging
