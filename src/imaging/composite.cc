#include "imaging/composite.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/align.h"
#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/seam.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr double kMostDisplacement = 0.06;   // of the longest side: more is another picture
constexpr double kLeastDisplacement = 0.25;  // pixels of the answer: less is not worth resampling
constexpr double kLeastLikeness = 0.5;
constexpr double kSameProportions = 0.03;
constexpr int kStrip = 128;  // rows pasted at a time, so that no second full-size picture is needed

/// What is pasted, at the size of the answer, and how it maps to the person.
struct Patch {
    cv::Mat pixels;      ///< RGB, the person's part of the answer
    cv::Mat correction;  ///< CV_32FC3, to be added
    Alignment alignment;
};

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
    if (std::abs(sx / sy - 1) > kSameProportions) {
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
    if (!patch.alignment.trusted) {
        patch.alignment = {};
    } else if (patch.alignment.likeness < kLeastLikeness ||
               moved > kMostDisplacement * std::max(mask.cols, mask.rows)) {
        return failure(
            ErrorCode::ProviderMisaligned,
            "the provider's answer does not show the photo that was sent",
            fmt::format("likeness {:.2f}, moved {:.1f} px", patch.alignment.likeness, moved));
    } else if (moved < kLeastDisplacement) {
        patch.alignment = {};
    }
    cv::Mat aligned;
    cv::warpAffine(answer, aligned, patch.alignment.matrix(mask.size()), mask.size(),
                   cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    patch.correction = colourCorrection(person, aligned, mask);
    patch.pixels = answer;
    return patch;
}

/// Maps pixels of the person (rows from `top`) to those of the patch.
cv::Mat toPatch(const cv::Mat& align_matrix, cv::Size person, cv::Size patch, int left, int top) {
    const double kx = static_cast<double>(patch.width) / person.width;
    const double ky = static_cast<double>(patch.height) / person.height;
    const cv::Mat scale = (cv::Mat_<double>(3, 3) << kx, 0, kx * (left + 0.5) - 0.5, 0, ky,
                           ky * (top + 0.5) - 0.5, 0, 0, 1);
    return align_matrix * scale;
}

void blendRow(const uchar* patch, const float* correction, const uchar* opacity, uchar* target,
              int width, int bands) {
    for (int x = 0; x < width; ++x, patch += 3, correction += 3, target += bands) {
        const int alpha = opacity[x];
        if (alpha == 0) {
            continue;
        }
        for (int c = 0; c < 3; ++c) {
            const float colour = std::clamp(patch[c] + correction[c], 0.0F, 255.0F);
            target[c] =
                cv::saturate_cast<uchar>(target[c] + (colour - target[c]) * (alpha / 255.0F));
        }
    }
}

/// Pastes into `target` (RGB or RGBA) where `opacity` is not 0.
void paste(const Patch& patch, const cv::Mat& opacity, cv::Mat& target) {
    const auto box = cv::boundingRect(opacity);
    const auto align_matrix = patch.alignment.matrix(patch.pixels.size());
    const auto identity = Alignment{}.matrix(patch.pixels.size());
    for (int top = box.y; top < box.br().y; top += kStrip) {
        const cv::Size strip(box.width, std::min(kStrip, box.br().y - top));
        cv::Mat pixels, correction;
        cv::warpAffine(patch.pixels, pixels,
                       toPatch(align_matrix, target.size(), patch.pixels.size(), box.x, top), strip,
                       cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
        cv::warpAffine(patch.correction, correction,
                       toPatch(identity, target.size(), patch.pixels.size(), box.x, top), strip,
                       cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
        for (int y = 0; y < strip.height; ++y) {
            blendRow(pixels.ptr(y), correction.ptr<float>(y), opacity.ptr(top + y) + box.x,
                     target.ptr(top + y) + static_cast<std::ptrdiff_t>(box.x) * target.channels(),
                     strip.width, target.channels());
        }
    }
}

Result<Pixels> decodeWhole(BytesView person) {
    auto image = openUpright(person, kTrustedLimits);
    if (!image) {
        return failure(image.error());
    }
    return guarded(ErrorCode::ImageUndecodable, kDamaged,
                   [&]() -> Result<Pixels> { return Pixels::from(*image); });
}

int featherWidth(Size person) {
    return std::max(4, std::max(person.width, person.height) / 128);
}

}  // namespace

Result<EncodedImage> compositeAnswer(BytesView person, BytesView mask, BytesView answer,
                                     Rect person_in_canvas, Size canvas, ImageFormat format) {
    const auto cut = cutOut(answer, person_in_canvas, canvas);
    if (!cut) {
        return failure(cut.error());
    }
    auto target = decodeWhole(person);
    if (!target) {
        return failure(target.error());
    }
    const auto opacity_mask = loadMask(mask, target->size());
    if (!opacity_mask) {
        return failure(opacity_mask.error());
    }
    return guarded(
        ErrorCode::Internal, "the result could not be put together", [&]() -> Result<EncodedImage> {
            cv::Mat part = *cut, small_person, small_mask;
            if (part.cols > target->mat().cols) {
                cv::resize(part, part, target->mat().size(), 0, 0, cv::INTER_AREA);
            }
            cv::resize(target->mat(), small_person, part.size(), 0, 0, cv::INTER_AREA);
            small_person = onWhite(small_person);
            cv::resize(opacity_mask->mat(), small_mask, part.size(), 0, 0, cv::INTER_AREA);
            cv::threshold(small_mask, small_mask, 127, 255, cv::THRESH_BINARY);
            const auto patch = makePatch(part, small_person, small_mask);
            if (!patch) {
                return failure(patch.error());
            }
            const auto opacity = featherInwards(opacity_mask->mat(), featherWidth(target->size()));
            paste(*patch, opacity, target->mat());
            return encode(target->image(), format);
        });
}

}  // namespace atelier::imaging
