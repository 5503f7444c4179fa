#include "imaging/silhouette.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "imaging/shapes.h"

namespace atelier::imaging {
namespace {

/// A background that varies smoothly: each Lab channel a quadratic of the place, fitted to the
/// border.
struct Background {
    cv::Mat distance;  ///< CV_32F, colour distance of each pixel from the background
    double plain = 0;  ///< share of border pixels that follow the fit
    double noise = 1;  ///< typical distance of those
};

using Terms = std::array<double, 6>;

Terms terms(double x, double y) {
    return {1, x, y, x * y, x * x, y * y};
}

/// Each row (of doubles) times its weight.
cv::Mat weighted(const cv::Mat& rows, const std::vector<double>& weight) {
    cv::Mat result = rows.clone();
    for (int y = 0; y < result.rows; ++y) {
        auto* row = result.ptr<double>(y);
        std::transform(row, row + result.cols, row, [&](double v) { return v * weight[y]; });
    }
    return result;
}

/// Left, right and top border; the bottom usually cuts through the person.
std::vector<cv::Point> borderPoints(cv::Size size) {
    std::vector<cv::Point> points;
    const int step = 2;
    for (const int inset : {1, 4, 8}) {
        for (int y = 0; y < size.height; y += step) {
            points.emplace_back(inset, y);
            points.emplace_back(size.width - 1 - inset, y);
        }
        for (int x = 0; x < size.width; x += step) {
            points.emplace_back(x, inset);
        }
    }
    return points;
}

/// A little darker and of the same hue is a shadow, and counts less than other differences.
double labDistance(const cv::Vec3d& difference) {
    constexpr double kShadow = 25;
    double light = 0.8 * std::abs(difference[0]);
    if (difference[0] < 0) {
        light = -difference[0] < kShadow ? 0.35 * light : light - 0.65 * 0.8 * kShadow;
    }
    return std::sqrt(light * light + difference[1] * difference[1] + difference[2] * difference[2]);
}

/// Of each pixel from what `fit` (a column of factors of `terms` for each channel) expects there.
cv::Mat distanceFrom(const cv::Mat& fit, const cv::Mat& lab) {
    const cv::Matx<double, 6, 3> f = fit;
    cv::Mat distance(lab.size(), CV_32F);
    for (int y = 0; y < lab.rows; ++y) {
        const auto* colour = lab.ptr<cv::Vec3b>(y);
        auto* to = distance.ptr<float>(y);
        const double v = y / double(lab.rows) - 0.5;
        std::array<std::array<double, 3>, 3> row;  // of each channel, by the power of u
        for (int c = 0; c < 3; ++c) {
            row[c] = {f(0, c) + f(2, c) * v + f(5, c) * v * v, f(1, c) + f(3, c) * v, f(4, c)};
        }
        for (int x = 0; x < lab.cols; ++x) {
            const double u = x / double(lab.cols) - 0.5;
            cv::Vec3d difference;
            for (int c = 0; c < 3; ++c) {
                difference[c] = colour[x][c] - (row[c][0] + u * (row[c][1] + u * row[c][2]));
            }
            to[x] = static_cast<float>(labDistance(difference));
        }
    }
    return distance;
}

Background fitBackground(const cv::Mat& lab) {
    const auto points = borderPoints(lab.size());
    const int count = static_cast<int>(points.size());
    cv::Mat places(count, 6, CV_64F), colours(count, 3, CV_64F);
    for (int i = 0; i < count; ++i) {
        const auto place =
            terms(points[i].x / double(lab.cols) - 0.5, points[i].y / double(lab.rows) - 0.5);
        std::ranges::copy(place, places.ptr<double>(i));
        const auto& colour = lab.at<cv::Vec3b>(points[i]);
        for (int c = 0; c < 3; ++c) {
            colours.at<double>(i, c) = colour[c];
        }
    }
    std::vector<double> weight(count, 1.0), residual(count, 0.0);
    cv::Mat fit;
    for (int round = 0; round < 8; ++round) {
        cv::solve(weighted(places, weight), weighted(colours, weight), fit,
                  cv::DECOMP_SVD | cv::DECOMP_NORMAL);
        const cv::Mat rest = colours - places * fit;
        for (int i = 0; i < count; ++i) {
            residual[i] =
                labDistance({rest.at<double>(i, 0), rest.at<double>(i, 1), rest.at<double>(i, 2)});
            weight[i] = 1 / (1 + residual[i] * residual[i] / 16);
        }
    }
    Background background;
    std::vector<double> inliers;
    std::copy_if(residual.begin(), residual.end(), std::back_inserter(inliers),
                 [](double r) { return r < 9; });
    background.plain = static_cast<double>(inliers.size()) / count;
    if (!inliers.empty()) {
        std::nth_element(inliers.begin(), inliers.begin() + inliers.size() / 2, inliers.end());
        background.noise = std::max(0.7, inliers[inliers.size() / 2]);
    }
    background.distance = distanceFrom(fit, lab);
    return background;
}

cv::Mat byDistance(const Background& background) {
    cv::Mat smooth;
    cv::GaussianBlur(background.distance, smooth, {5, 5}, 1);
    const double low = std::clamp(4 * background.noise, 6.0, 10.0);
    cv::Mat weak = smooth > low, strong = smooth > 3 * low;
    cv::Mat mask = connectedTo(weak, strong & weak);
    return opened(closed(mask, 4), 4);
}

/// Head and torso where they must be, arms and legs where they may be.
void seedFromFace(cv::Mat& seeds, const cv::Rect2f& face) {
    const float u = face.height, cx = face.x + face.width / 2, chin = face.y + face.height;
    const auto at = [&](float x, float y) {
        return cv::Point(cvRound(cx + x * u), cvRound(chin + y * u));
    };
    const auto fill = [&](std::vector<cv::Point> shape, int value) {
        cv::fillConvexPoly(seeds, shape, cv::Scalar(value));
    };
    fill({at(-2.2F, 0.2F), at(2.2F, 0.2F), at(2.6F, 9), at(-2.6F, 9)}, cv::GC_PR_FGD);
    fill({at(-0.9F, -1.5F), at(0.9F, -1.5F), at(1.0F, 0.3F), at(-1.0F, 0.3F)}, cv::GC_PR_FGD);
    fill({at(-0.8F, 0.7F), at(0.8F, 0.7F), at(0.7F, 2.8F), at(-0.7F, 2.8F)}, cv::GC_FGD);
    cv::ellipse(seeds, at(0, -0.5F), {cvRound(0.38F * u), cvRound(0.5F * u)}, 0, 0, 360,
                cv::Scalar(cv::GC_FGD), -1);
}

void seedFromMiddle(cv::Mat& seeds) {
    const int w = seeds.cols, h = seeds.rows;
    seeds(cv::Rect(w / 6, 0, w * 2 / 3, h)).setTo(cv::GC_PR_FGD);
    seeds(cv::Rect(w * 2 / 5, h / 5, w / 5, h * 3 / 5)).setTo(cv::GC_FGD);
}

cv::Mat byGrabCut(const cv::Mat& rgb, const std::optional<Face>& face) {
    constexpr double kShare =
        0.5;  // GrabCut's time grows with the pixels; the outline is smoothed afterwards
    cv::Mat small;
    cv::resize(rgb, small, {}, kShare, kShare, cv::INTER_AREA);
    cv::Mat seeds(small.size(), CV_8UC1, cv::Scalar(cv::GC_PR_BGD));
    if (face) {
        const auto& box = face->box;
        seedFromFace(seeds, {box.x * float(kShare), box.y * float(kShare),
                             box.width * float(kShare), box.height * float(kShare)});
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

/// The component that holds the face, or the largest; holes filled.
cv::Mat mainComponent(const cv::Mat& mask, const std::optional<Face>& face) {
    cv::Mat labels, stats, centres;
    const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres);
    int best = 0, best_area = 0;
    for (int i = 1; i < count; ++i) {
        if (stats.at<int>(i, cv::CC_STAT_AREA) > best_area) {
            best = i;
            best_area = stats.at<int>(i, cv::CC_STAT_AREA);
        }
    }
    if (face) {
        const cv::Point middle(cvRound(face->box.x + face->box.width / 2),
                               cvRound(face->box.y + face->box.height / 2));
        if (cv::Rect({}, mask.size()).contains(middle) && labels.at<int>(middle) != 0) {
            best = labels.at<int>(middle);
        }
    }
    cv::Mat result = cv::Mat::zeros(mask.size(), CV_8UC1);
    if (best == 0) {
        return result;
    }
    cv::Mat component = labels == best;
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

}  // namespace

std::optional<Silhouette> findSilhouette(const cv::Mat& rgb, const std::optional<Face>& face) {
    cv::Mat lab;
    cv::cvtColor(rgb, lab, cv::COLOR_RGB2Lab);
    const auto background = fitBackground(lab);
    Silhouette silhouette;
    silhouette.plain_background = background.plain > 0.7;
    silhouette.mask = mainComponent(
        silhouette.plain_background ? byDistance(background) : byGrabCut(rgb, face), face);
    silhouette.box = cv::boundingRect(silhouette.mask);
    const double share = cv::countNonZero(silhouette.mask) / double(silhouette.mask.total());
    if (share < 0.03) {
        return std::nullopt;
    }
    silhouette.confidence = silhouette.plain_background ? 0.9 : 0.6;
    if (share > 0.85) {
        silhouette.confidence = 0.3;
    }
    return silhouette;
}

}  // namespace atelier::imaging
