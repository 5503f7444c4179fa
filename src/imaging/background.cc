#include "imaging/background.h"

#include <opencv2/imgproc.hpp>

#include "imaging/body.h"
#include "imaging/decode.h"
#include "imaging/encode.h"
#include "imaging/matte.h"
#include "imaging/shapes.h"
#include "imaging/vips_runtime.h"

namespace atelier::imaging {
namespace {

constexpr int kCoarse = 448, kRefined = 1024;  // pixels of the longest side
constexpr float kEdgeBand = 0.012F;            // of the longest side, around the outline
// Share of the person's colour in a pixel that is kept as it is: what has less is mixed anew, see
// matte.h.
constexpr float kKept = 0.7F;

Result<MaskResult> protect(const cv::Mat& rgb, Size size, const FaceFinder& faces) {
    cv::Mat small;
    const double factor =
        std::min(1.0, static_cast<double>(kCoarse) / std::max(rgb.cols, rgb.rows));
    cv::resize(rgb, small, {}, factor, factor, cv::INTER_AREA);
    const auto body = findBody(small, faces);
    if (!body) {
        return failure(
            ErrorCode::NoPersonFound,
            "no person was found in the photo; send a mask of your own, white = repaint");
    }
    cv::Mat inside;
    cv::resize(body->silhouette, inside, rgb.size(), 0, 0, cv::INTER_LINEAR);
    inside = refineOutline(rgb, inside > 127,
                           kEdgeBand * static_cast<float>(std::max(rgb.cols, rgb.rows)));
    cv::Mat outside;
    cv::resize(~inside, outside, {size.width, size.height}, 0, 0, cv::INTER_LINEAR);
    cv::threshold(outside, outside, 127, 255, cv::THRESH_BINARY);
    return MaskResult{encode(Pixels::from(outside).image(), ImageFormat::Png, {.flat = true}),
                      body->confidence, body->warnings};
}

}  // namespace

cv::Mat refineOutline(const cv::Mat& rgb, const cv::Mat& inside, float radius) {
    const cv::Mat core = shrunk(inside, 0.4F * radius), around = grown(inside, radius);
    const int window = 4 * cvRound(radius) + 1;
    const auto person = localMean(rgb, core, window), background = localMean(rgb, ~around, window);
    cv::Mat result = core.clone();
    for (int y = 0; y < rgb.rows; ++y) {
        for (int x = 0; x < rgb.cols; ++x) {
            if (core.at<uchar>(y, x) != 0 || around.at<uchar>(y, x) == 0) {
                continue;
            }
            const auto& from = background.at<cv::Vec3f>(y, x);
            const cv::Vec3f way = person.at<cv::Vec3f>(y, x) - from;
            const cv::Vec3f colour = rgb.at<cv::Vec3b>(y, x);
            const float length = way.dot(way);
            const bool tells = length > 100;  // 10 grey levels apart; else the old outline stands
            const bool keep =
                tells ? (colour - from).dot(way) / length > kKept : inside.at<uchar>(y, x) != 0;
            result.at<uchar>(y, x) = keep ? 255 : 0;
        }
    }
    return opened(closed(result, 1), 1);
}

Result<MaskResult> makeBackgroundMask(BytesView person, const FaceFinder& faces) {
    const auto header = readHeader(person, kTrustedLimits);
    if (!header) {
        return failure(header.error());
    }
    const auto pixels = loadFitted(person, {kRefined, kRefined}, Fit::Inside);
    if (!pixels) {
        return failure(pixels.error());
    }
    return guarded(ErrorCode::Internal, "the mask could not be made",
                   [&] { return protect(pixels->mat(), header->size, faces); });
}

}  // namespace atelier::imaging
