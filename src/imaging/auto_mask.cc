#include "imaging/auto_mask.h"

#include <opencv2/imgproc.hpp>

#include "imaging/body.h"
#include "imaging/decode.h"
#include "imaging/diptych.h"
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
    return encode(Pixels::from(large).image(), ImageFormat::Png, {.flat = true, .bilevel = true});
}

/// A photo that is shrunk for the canvas is shrunk to that size first: it is needed there again.
Result<Pixels> atWorkingSize(BytesView person, Size size, RecentPhotos& photos) {
    const auto on_canvas = planPanel(size).person;
    if (on_canvas.width >= size.width || on_canvas.height >= size.height) {
        return loadFitted(person, {kWorking, kWorking}, Fit::Inside);
    }
    const auto pixels = photos.load(person, on_canvas);
    if (!pixels) {
        return pixels;
    }
    const double scale =
        static_cast<double>(kWorking) / std::max(on_canvas.width, on_canvas.height);
    cv::Mat small;
    cv::resize(pixels->mat(), small, {}, scale, scale, cv::INTER_AREA);
    return Pixels::from(small);
}

}  // namespace

Result<MaskResult> makeAutoMask(BytesView person, Category category, const FaceFinder& faces,
                                const PersonParser* parser, RecentPhotos& photos) {
    const auto header = readHeader(person, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const auto pixels = atWorkingSize(person, header->size, photos);
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
