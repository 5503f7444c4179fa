#include "imaging/outline.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "imaging/shapes.h"
#include "imaging/sides.h"

namespace atelier::imaging {
namespace {

constexpr float kNotch = 2.5F;        // radii: notches up to twice as wide are looked into
constexpr float kEdge = 0.4F;         // radii: as far inside a pixel may be the person's or not
constexpr double kLeastGap = 0.0004;  // of the picture
constexpr double kBare = 0.25;        // of a gap's rim is skin
constexpr double kSharp = 0.8;        // of it is clearly not the background's colour

/// With bare skin on a side of it, and a sharp edge all around: a highlight fades.
bool isBesideAnArm(const cv::Mat& gap, const cv::Mat& skin, const Sides& sides) {
    const cv::Mat rim = grown(gap, 5) & ~grown(gap, 2);
    std::vector<cv::Point> places;
    cv::findNonZero(rim, places);
    const auto count = static_cast<double>(places.size());
    const auto sharp = std::ranges::count_if(
        places, [&](const cv::Point& place) { return sides.differs(place.y, place.x); });
    return cv::countNonZero(rim & skin) > kBare * count &&
           static_cast<double>(sharp) > kSharp * count;
}

/// Where the background is seen inside the outline: notches, and gaps between bare arms and the
/// body.
cv::Mat gapsIn(const cv::Mat& inside, const cv::Mat& skin, float reach, const Sides& sides) {
    const cv::Mat heart = shrunk(inside, reach) & ~grown(skin, reach);
    const cv::Mat edge = ~shrunk(inside, kEdge * reach / kNotch);
    cv::Mat shown(inside.size(), CV_8UC1, cv::Scalar(0)), notches = shown.clone();
    for (int y = 0; y < inside.rows; ++y) {
        for (int x = 0; x < inside.cols; ++x) {
            if (inside.at<uchar>(y, x) == 0 || heart.at<uchar>(y, x) != 0 || !sides.shows(y, x))
                continue;
            shown.at<uchar>(y, x) = 255;
            notches.at<uchar>(y, x) = sides.doubtful(y, x) ? 0 : 255;
        }
    }
    cv::Mat gaps = connectedTo(opened(notches | edge, 1.5F), ~inside) & notches;
    cv::Mat labels, stats, centres;
    const cv::Mat closed_in = opened(shown & ~gaps, 1.5F);
    const int count = cv::connectedComponentsWithStats(closed_in, labels, stats, centres);
    const double least = kLeastGap * static_cast<double>(shown.total());
    for (int i = 1; i < count; ++i) {
        if (stats.at<int>(i, cv::CC_STAT_AREA) < least) continue;
        const cv::Mat gap = labels == i;
        if (isBesideAnArm(gap, skin, sides)) gaps |= gap;
    }
    return gaps;
}

}  // namespace

cv::Mat refineOutline(const cv::Mat& rgb, const cv::Mat& outline, const cv::Mat& skin,
                      float radius) {
    const cv::Mat whole = closed(outline, kNotch * radius), far = grown(outline, radius) | whole;
    const Sides sides(rgb, shrunk(outline, radius), ~far, 4 * cvRound(radius) + 1);
    const cv::Mat inside = outline & ~gapsIn(outline, skin, kNotch * radius, sides);
    const cv::Mat core = shrunk(inside, kEdge * radius), around = grown(inside, radius),
                  filled = whole & ~(outline & ~inside);
    cv::Mat result = inside.clone();
    for (int y = 0; y < rgb.rows; ++y) {
        for (int x = 0; x < rgb.cols; ++x) {
            if (core.at<uchar>(y, x) != 0 || far.at<uchar>(y, x) == 0) continue;
            const auto verdict = sides.at(y, x);
            auto& pixel = result.at<uchar>(y, x);
            if (verdict == Sides::Verdict::Away) {
                pixel |= filled.at<uchar>(y, x);
            } else if (verdict != Sides::Verdict::Unknown && around.at<uchar>(y, x) != 0) {
                pixel = verdict == Sides::Verdict::Person ? 255 : 0;
            }
        }
    }
    return opened(closed(result, 1), 1);
}

}  // namespace atelier::imaging
