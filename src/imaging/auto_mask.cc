#include "imaging/auto_mask.h"

#include <opencv2/imgproc.hpp>

#include "imaging/body.h"
#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/regions.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr int kWorking = 512;  // pixels of the longest side

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
                           "no person was found in the photo; use one where head to hips are seen against a calm "
                           "background, or send a mask of your own");
        }
        const auto region = regionFor(*body, category);
        const double share = cv::mean(region)[0] / 255;
        MaskResult result;
        result.confidence = body->confidence;
        result.warnings = body->warnings;
        if (share < 0.003) {
            return failure(ErrorCode::NoPersonFound, "the part of the body to dress is not in the photo; use one that "
                                                     "shows it, or send a mask of your own");
        }
        result.mask = encode(Pixels::from(enlarge(region, header->size)).image(), ImageFormat::Png);
        return result;
    });
}

}  // namespace atelier::imaging
