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

constexpr double kParserConfidence = 0.95;

/// Enlarged smoothly, so that the outline has no steps.
EncodedImage inSize(const cv::Mat& mask, Size size) {
    cv::Mat large;
    cv::resize(mask, large, {size.width, size.height}, 0, 0, cv::INTER_LINEAR);
    cv::threshold(large, large, 127, 255, cv::THRESH_BINARY);
    return encode(Pixels::from(large).image(), ImageFormat::Png, {.flat = true});
}

}  // namespace

Result<MaskResult> makeAutoMask(BytesView person, Category category, const FaceFinder& faces,
                                const PersonParser* parser) {
    const auto header = readHeader(person, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const auto pixels = loadFitted(person, {kWorking, kWorking}, Fit::Inside);
    if (!pixels) {
        return failure(pixels.error());
    }
    return guarded(ErrorCode::Internal, "the mask could not be made", [&]() -> Result<MaskResult> {
        if (const auto region = parser ? parser->region(pixels->mat(), category) : std::nullopt) {
            return MaskResult{inSize(*region, header->size), kParserConfidence, {}};
        }
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
        result.mask = inSize(region.mask, header->size);
        return result;
    });
}

}  // namespace atelier::imaging
