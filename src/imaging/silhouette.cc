#include "imaging/silhouette.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "imaging/plain_background.h"
#include "imaging/shapes.h"

namespace atelier::imaging {
namespace {

cv::Mat byDistance(const PlainBackground& background) {
    cv::Mat smooth;
    cv::GaussianBlur(background.distance, smooth, {5, 5}, 1);
    const double low = std::clamp(4 * background.noise, 6.0, 10.0);
    cv::Mat weak = smooth > low, strong = smooth > 3 * low;
    cv::Mat mask = connectedTo(weak, strong & weak);
    return opened(closed(mask, 4), 4);
}

/// A shape in faces: across from the axis, down from the chin.
std::vector<cv::Point> fromChin(const cv::Rect2f& face, std::vector<cv::Point2f> shape) {
    std::vector<cv::Point> points;
    for (const auto& [x, y] : shape) {
        points.emplace_back(cvRound(face.x + face.width / 2 + x * face.height),
                            cvRound(face.y + (1 + y) * face.height));
    }
    return points;
}

std::vector<cv::Point> chestOf(const cv::Rect2f& face) {
    return fromChin(face, {{-0.8F, 0.7F}, {0.8F, 0.7F}, {0.7F, 2.8F}, {-0.7F, 2.8F}});
}

/// Head and chest where they must be, arms and legs where they may be.
void seedFromFace(cv::Mat& seeds, const cv::Rect2f& face) {
    const auto fill = [&](const std::vector<cv::Point>& shape, int value) {
        cv::fillConvexPoly(seeds, shape, cv::Scalar(value));
    };
    fill(fromChin(face, {{-2.2F, 0.2F}, {2.2F, 0.2F}, {2.6F, 9}, {-2.6F, 9}}), cv::GC_PR_FGD);
    fill(fromChin(face, {{-0.9F, -1.5F}, {0.9F, -1.5F}, {1.0F, 0.3F}, {-1.0F, 0.3F}}),
         cv::GC_PR_FGD);
    fill(chestOf(face), cv::GC_FGD);
    cv::ellipse(seeds, fromChin(face, {{0, -0.5F}}).front(),
                {cvRound(0.38F * face.height), cvRound(0.5F * face.height)}, 0, 0, 360,
                cv::Scalar(cv::GC_FGD), -1);
}

void seedFromMiddle(cv::Mat& seeds) {
    const int w = seeds.cols, h = seeds.rows;
    seeds(cv::Rect(w / 6, 0, w * 2 / 3, h)).setTo(cv::GC_PR_FGD);
    seeds(cv::Rect(w * 2 / 5, h / 5, w / 5, h * 3 / 5)).setTo(cv::GC_FGD);
}

cv::Mat byGrabCut(const cv::Mat& rgb, const std::optional<Face>& face) {
    constexpr double kSmaller =
        0.5;  // GrabCut's time grows with the pixels; the outline is smoothed afterwards
    cv::Mat small;
    cv::resize(rgb, small, {}, kSmaller, kSmaller, cv::INTER_AREA);
    cv::Mat seeds(small.size(), CV_8UC1, cv::Scalar(cv::GC_PR_BGD));
    if (face) {
        const auto& box = face->box;
        seedFromFace(seeds, {box.x * float(kSmaller), box.y * float(kSmaller),
                             box.width * float(kSmaller), box.height * float(kSmaller)});
    } else {
        seedFromMiddle(seeds);
    }
    const int edge = 3;
    seeds.colRange(0, edge).setTo(cv::GC_BGD);
    seeds.colRange(seeds.cols - edge, seeds.cols).setTo(cv::GC_BGD);
    cv::Mat background_model, foreground_model;
    cv::theRNG().state =
        4711;  // k-means inside starts at random; the same photo must give the same mask
    cv::grabCut(small, seeds, {}, background_model, foreground_model, 2, cv::GC_INIT_WITH_MASK);
    cv::Mat mask = (seeds == cv::GC_FGD) | (seeds == cv::GC_PR_FGD);
    cv::resize(mask, mask, rgb.size(), 0, 0, cv::INTER_LINEAR);
    cv::medianBlur(mask, mask, 7);
    return mask > 127;
}

/// The component that holds the face, or the largest.
int mainLabel(const cv::Mat& labels, const cv::Mat& stats, const std::optional<Face>& face) {
    int best = 0, best_area = 0;
    for (int i = 1; i < stats.rows; ++i) {
        if (stats.at<int>(i, cv::CC_STAT_AREA) > best_area) {
            best = i;
            best_area = stats.at<int>(i, cv::CC_STAT_AREA);
        }
    }
    if (!face) return best;
    const cv::Point middle(cvRound(face->box.x + face->box.width / 2),
                           cvRound(face->box.y + face->box.height / 2));
    if (cv::Rect({}, labels.size()).contains(middle) && labels.at<int>(middle) != 0)
        return labels.at<int>(middle);
    return best;
}

/// A collar of the wall's colour cuts the head off: what fills the chest belongs to it, and so does
/// the neck between them.
void joinChest(cv::Mat& component, const cv::Mat& labels, const cv::Rect2f& face) {
    constexpr double kFills = 0.3;
    cv::Mat chest = cv::Mat::zeros(labels.size(), CV_8UC1);
    cv::fillConvexPoly(chest, chestOf(face), cv::Scalar(255));
    const double area = cv::countNonZero(chest);
    const cv::Mat apart = chest & ~component & (labels != 0);
    std::vector<cv::Point> places;
    cv::findNonZero(apart, places);
    if (static_cast<double>(places.size()) < kFills * area) return;
    component |= connectedTo(labels != 0, apart);
    cv::fillConvexPoly(component,
                       fromChin(face, {{-0.3F, -0.2F}, {0.3F, -0.2F}, {0.3F, 0.9F}, {-0.3F, 0.9F}}),
                       cv::Scalar(255));
}

/// The main component, and the chest below its face; small holes filled.
cv::Mat personIn(const cv::Mat& mask, const std::optional<Face>& face) {
    cv::Mat labels, stats, centres;
    cv::connectedComponentsWithStats(mask, labels, stats, centres);
    const int best = mainLabel(labels, stats, face);
    if (best == 0) return cv::Mat::zeros(mask.size(), CV_8UC1);
    cv::Mat component = labels == best;
    if (face) joinChest(component, labels, face->box);
    std::vector<std::vector<cv::Point>> outlines;
    cv::findContours(component, outlines, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
    const double largest_gap =
        0.004 * mask.total();  // the space between arm and body is a hole that stays
    for (const auto& outline : outlines) {
        if (cv::contourArea(outline) < largest_gap) {
            cv::drawContours(component, std::vector<std::vector<cv::Point>>{outline}, 0,
                             cv::Scalar(255), -1);
        }
    }
    return component;
}

/// Share of the chest, as far as it is in the picture, that was found.
double chestSeen(const cv::Mat& mask, const cv::Rect2f& face) {
    cv::Mat chest = cv::Mat::zeros(mask.size(), CV_8UC1);
    cv::fillConvexPoly(chest, chestOf(face), cv::Scalar(255));
    const int area = cv::countNonZero(chest);
    return area == 0 ? 1 : cv::countNonZero(chest & mask) / static_cast<double>(area);
}

}  // namespace

std::optional<Silhouette> findSilhouette(const cv::Mat& rgb, const std::optional<Face>& face) {
    constexpr double kMost = 0.5;
    constexpr float kStripe =
        0.15F;  // faces: stripes up to twice as wide may have the wall's colour
    const auto chest_in = [&](const cv::Mat& mask) {
        return !face || chestSeen(mask, face->box) > kMost;
    };
    cv::Mat lab;
    cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
    const auto background = fitPlainBackground(lab);
    Silhouette silhouette;
    silhouette.plain_background = background.plain > 0.7;
    if (silhouette.plain_background) {
        silhouette.mask = personIn(byDistance(background), face);
        silhouette.confidence = 0.9;
    }
    if (!silhouette.plain_background || !chest_in(silhouette.mask)) {
        // Clothes of the wall's colour are told by where they must be.
        auto cut = byGrabCut(rgb, face);
        if (face) cut = closed(cut, kStripe * face->box.height);
        cut = personIn(cut, face);
        silhouette.mask = silhouette.plain_background ? silhouette.mask | cut : cut;
        silhouette.confidence = 0.6;
    }
    silhouette.box = cv::boundingRect(silhouette.mask);
    const double share = cv::countNonZero(silhouette.mask) / double(silhouette.mask.total());
    if (share < 0.03) {
        return std::nullopt;
    }
    silhouette.chest_seen = chest_in(silhouette.mask);
    if (share > 0.85 || !silhouette.chest_seen) {
        silhouette.confidence = 0.3;
    }
    return silhouette;
}

}  // namespace atelier::imaging
