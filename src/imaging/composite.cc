#include "imaging/composite.h"

#include <cmath>
#include <future>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "imaging/align.h"
#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/paste.h"
#include "imaging/seam.h"
#include "imaging/small.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr double kMostDisplacement = 0.06;   // of the longest side: more is another picture
constexpr double kLeastDisplacement = 0.25;  // pixels of the answer: less is not worth resampling
constexpr double kLeastLikeness = 0.5;
constexpr double kPatchProportions = 0.03;

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

/// Providers answer with one colour, or paint black, when something went wrong on their side.
bool isEmpty(const cv::Mat& answer, const cv::Mat& mask) {
    constexpr double kFlat = 1.5, kBlack = 6;  // grey levels
    cv::Scalar mean, deviation, mean_inside, deviation_inside;
    cv::meanStdDev(answer, mean, deviation);
    cv::meanStdDev(answer, mean_inside, deviation_inside, mask);
    const auto largest = [](const cv::Scalar& s) { return std::max({s[0], s[1], s[2]}); };
    return largest(deviation) < kFlat ||
           (largest(deviation_inside) < kFlat && largest(mean_inside) < kBlack);
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

Result<Patch> makePatch(const cv::Mat& answer, const cv::Mat& person, const cv::Mat& mask) {
    if (isEmpty(answer, mask)) {
        return badAnswer("the provider answered with an empty picture");
    }
    cv::Mat grey_person, grey_answer, keep;
    cv::cvtColor(person, grey_person, cv::COLOR_RGB2GRAY);
    cv::cvtColor(answer, grey_answer, cv::COLOR_RGB2GRAY);
    const int margin = std::max(2, std::max(mask.cols, mask.rows) / 128);
    cv::dilate(mask, keep,
               cv::getStructuringElement(cv::MORPH_RECT, {2 * margin + 1, 2 * margin + 1}));
    cv::bitwise_not(keep, keep);
    Patch patch;
    patch.alignment = align(grey_person, grey_answer, keep);
    const double moved = patch.alignment.displacement(mask.size());
    if (patch.alignment.trusted && (patch.alignment.likeness < kLeastLikeness ||
                                    moved > kMostDisplacement * std::max(mask.cols, mask.rows))) {
        return failure(
            ErrorCode::ProviderMisaligned,
            "the provider's answer does not show the photo that was sent",
            fmt::format("likeness {:.2f}, moved {:.1f} px", patch.alignment.likeness, moved));
    }
    if (!patch.alignment.trusted || moved < kLeastDisplacement) {
        patch.alignment = {};
    }
    cv::Mat aligned;
    cv::warpAffine(answer, aligned, patch.alignment.matrix(mask.size()), mask.size(),
                   cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    // Found in the person's frame, added in the answer's: the field is smooth, the two are a few
    // pixels apart.
    patch.pixels = corrected(answer, colourCorrection(person, aligned, mask));
    return patch;
}

/// By halves first, which is several times faster on large pictures than INTER_AREA at once; what
/// is left, less than a half, leaves no pixel out between two neighbours either.
cv::Mat reduced(const cv::Mat& picture, cv::Size size) {
    cv::Mat result = picture;
    while (result.cols >= 2 * size.width && result.rows >= 2 * size.height) {
        cv::Mat half;
        cv::resize(result, half, {result.cols / 2, result.rows / 2}, 0, 0, cv::INTER_AREA);
        result = half;
    }
    cv::resize(result, result, size, 0, 0, cv::INTER_LINEAR);
    return result;
}

Result<Pixels> decodeWhole(BytesView person) {
    auto image = openUpright(person, kTrustedLimits);
    if (!image) {
        return failure(image.error());
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged,
                   [&]() -> Result<Pixels> { return Pixels::from(*image); });
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
    return guarded(
        ErrorCode::Internal, "the result could not be put together", [&]() -> Result<EncodedImage> {
            const bool of_background = isOfBackground(opacity_mask->mat());
            const auto opacity = featherInwards(
                opacity_mask->mat(), featherWidth(opacity_mask->mat().size(), of_background));
            auto target = decoding.get();
            if (!target) {
                return failure(target.error());
            }
            cv::Mat part = *cut, small_mask;
            if (part.cols > target->mat().cols) {
                cv::resize(part, part, target->mat().size(), 0, 0, cv::INTER_AREA);
            }
            const auto small_person = onWhite(reduced(target->mat(), part.size()));
            cv::resize(opacity_mask->mat(), small_mask, part.size(), 0, 0, cv::INTER_NEAREST);
            cv::threshold(small_mask, small_mask, 127, 255, cv::THRESH_BINARY);
            auto patch = makePatch(part, small_person, small_mask);
            if (!patch) {
                return failure(patch.error());
            }
            if (of_background) {
                patch->matte = makeMatte(small_person, small_mask);
                patch->matte.mask = opacity_mask->mat();
            }
            Paste paste{*patch, opacity, target->mat()};
            auto result = encode(paste.image(), format);
            result.small = madeSmall(*target);
            return result;
        });
}

}  // namespace atelier::imaging
