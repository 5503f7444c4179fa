#include "imaging/auto_mask.h"

#include <opencv2/imgproc.hpp>

#include "imaging/body.h"
#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/regions.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr int kWorking = 448;  // pixels of the longest side

/// Enlarged smoothly, so that the outline has no steps.
cv::Mat enlarge(const cv::Mat& mask, Size size) {
    cv::Mat large;
    cv::resize(mask, large, {size.width, size.height}, 0, 0, cv::INTER_LINEAR);
    cv::threshold(large, large, 127, 255, cv::THRESH_BINARY);
    return large;
}

}  // namespace

Result<MaskResult> makeAutoMask(BytesView person, Category category, const FaceFinder& faces) {
    const auto header = readHeader(person, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const auto pixels = loadFitted(person, {kWorking, kWorking}, Fit::Inside);
    if (!pixels) {
        return failure(pixels.error());
    }
    return guarded(ErrorCode::Internal, "the mask could not be made", [&]() -> Result<MaskResult> {
        const auto body = findBody(pixels->mat(), faces);
        if (!body) {
            return failure(ErrorCode::NoPersonFound,
                           "no person was found in the photo; use one where head to hips are seen "
                           "against a calm "
                           "background, or send a mask of your own");
        }
        const auto region = regionFor(*body, category);
        MaskResult result;
        result.confidence = body->confidence * region.confidence;
        result.warnings = body->warnings;
        if (!region.warning.empty()) {
            result.warnings.push_back(region.warning);
        }
        result.mask = encode(Pixels::from(enlarge(region.mask, header->size)).image(),
                             ImageFormat::Png, {.flat = true});
        return result;
    });
}

}  // namespace atelier::imaging
