#include "imaging/background.h"

#include <opencv2/imgproc.hpp>

#include "imaging/body.h"
#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/outline.h"
#include "imaging/shapes.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr int kCoarse = 448, kRefined = 1024;  // pixels of the longest side
constexpr float kEdgeBand = 0.012F;            // of the longest side, around the outline

cv::Mat coarse(const cv::Mat& rgb) {
    const double factor =
        std::min(1.0, static_cast<double>(kCoarse) / std::max(rgb.cols, rgb.rows));
    cv::Mat small;
    cv::resize(rgb, small, {}, factor, factor, cv::INTER_AREA);
    return small;
}

/// What a try-on made of `original`: garments over what was background, and whatever it painted
/// where the person was.
cv::Mat wornIn(const cv::Mat& rgb, const cv::Mat& original, const cv::Mat& silhouette,
               const FaceFinder& faces) {
    constexpr double kPainted = 12, kGarment = 18;  // grey levels
    cv::Mat difference;
    cv::absdiff(rgb, original, difference);
    std::vector<cv::Mat> channels;
    cv::split(difference, channels);
    difference = cv::max(cv::max(channels[0], channels[1]), channels[2]);
    cv::Mat garment = closed(connectedTo(opened(difference > kGarment, 1.5F), silhouette), 2);
    const auto before = findSilhouette(original, faces.find(original));
    if (!before) return garment;
    return garment | (before->mask & closed(opened(difference > kPainted, 1.5F), 4));
}

Result<MaskResult> protect(const cv::Mat& rgb, const cv::Mat& original, Size size,
                           const FaceFinder& faces) {
    const cv::Mat small = coarse(rgb);
    const auto body = findBody(small, faces);
    if (!body) {
        return failure(
            ErrorCode::NoPersonFound,
            "no person was found in the photo; send a mask of your own, white = repaint");
    }
    cv::Mat silhouette = body->silhouette;
    if (!original.empty()) silhouette |= wornIn(small, coarse(original), silhouette, faces);
    const auto enlarged = [&](const cv::Mat& mask) {
        cv::Mat large;
        cv::resize(mask, large, rgb.size(), 0, 0, cv::INTER_LINEAR);
        return cv::Mat(large > 127);
    };
    const auto inside = refineOutline(rgb, enlarged(silhouette), enlarged(body->skin),
                                      kEdgeBand * static_cast<float>(std::max(rgb.cols, rgb.rows)));
    cv::Mat outside;
    cv::resize(~inside, outside, {size.width, size.height}, 0, 0, cv::INTER_LINEAR);
    cv::threshold(outside, outside, 127, 255, cv::THRESH_BINARY);
    return MaskResult{encode(Pixels::from(outside).image(), ImageFormat::Png, {.flat = true}),
                      body->confidence, body->warnings};
}

}  // namespace

Result<MaskResult> makeBackgroundMask(BytesView person, BytesView original,
                                      const FaceFinder& faces) {
    const auto header = readHeader(person, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const auto pixels = loadFitted(person, {kRefined, kRefined}, Fit::Inside);
    if (!pixels) {
        return failure(pixels.error());
    }
    cv::Mat before;
    if (!original.empty()) {
        const auto same = readHeader(original, kTrustedLimits);
        if (!same) return failure(same.error());
        if (same->size == header->size) {
            const auto loaded = loadFitted(original, {kRefined, kRefined}, Fit::Inside);
            if (!loaded) return failure(loaded.error());
            before = loaded->mat().clone();
        }
    }
    return guarded(ErrorCode::Internal, "the mask could not be made",
                   [&] { return protect(pixels->mat(), before, header->size, faces); });
}

}  // namespace atelier::imaging
