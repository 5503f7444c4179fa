#include "imaging/patch.h"

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "imaging/seam.h"

namespace atelier::imaging {
namespace {

constexpr double kMostDisplacement = 0.06;   // of the longest side: more is another picture
constexpr double kLeastDisplacement = 0.25;  // pixels of the answer: less is not worth resampling
constexpr double kLeastLikeness = 0.5;

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

}  // namespace

Result<Patch> makePatch(const Small& small, bool of_background) {
    const auto& [person, mask, answer] = small;
    if (isEmpty(answer, mask)) {
        return failure(ErrorCode::ProviderBadAnswer, "the provider answered with an empty picture");
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
    cv::Mat aligned;
    if (patch.alignment.trusted && moved >= kLeastDisplacement) {
        cv::warpAffine(answer, aligned, patch.alignment.matrix(mask.size()), mask.size(),
                       cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    } else {
        patch.alignment = {};
        aligned = answer;
    }
    // Found in the person's frame, added in the answer's: the field is smooth, the two are a few
    // pixels apart.
    patch.pixels = corrected(answer, colourCorrection(person, aligned, mask));
    if (of_background) {
        patch.matte = makeMatte(person, mask);
    }
    return patch;
}

}  // namespace atelier::imaging
