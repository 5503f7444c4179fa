#include "imaging/plain_background.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace atelier::imaging {
namespace {

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
double labDistance(const cv::Vec3d& difference, double shadow = 25) {
    double light = 0.8 * std::abs(difference[0]);
    if (difference[0] < 0) {
        light = -difference[0] < shadow ? 0.35 * light : light - 0.65 * 0.8 * shadow;
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

/// The first row of a floor: from there down both borders differ from the wall, and the row above
/// does not on most of its way: what widens at once from legs to the whole picture is no person.
/// The number of rows when there is none.
int floorBegins(const cv::Mat& distance) {
    constexpr float kOther = 6;
    constexpr double kLevel = 0.04, kAbove = 0.02, kHighest = 0.4;  // of the height
    constexpr double kLegs = 0.7;                                   // of the width
    const auto begins = [&](int column) {
        int y = distance.rows;
        while (y > 0 && distance.at<float>(y - 1, column) > kOther) --y;
        return y;
    };
    const int rows = distance.rows, left = begins(1), right = begins(distance.cols - 2);
    const int first = std::min(left, right), above = first - std::max(3, cvRound(kAbove * rows));
    if (first >= rows || std::abs(left - right) > kLevel * rows || first < (1 - kHighest) * rows)
        return rows;
    const double other = cv::countNonZero(distance.row(above) > kOther);
    return other < kLegs * distance.cols ? first : rows;
}

/// A floor has in each row the colours that it has at both borders.
void allowFloor(const cv::Mat& lab, cv::Mat& distance) {
    constexpr double kShadow = 60;  // feet stand in their own
    const int first = floorBegins(distance), wide = std::max(1, lab.cols / 50);
    for (int y = first; y < lab.rows; ++y) {
        const auto left = cv::mean(lab(cv::Rect(0, y, wide, 1))),
                   right = cv::mean(lab(cv::Rect(lab.cols - wide, y, wide, 1)));
        for (int x = 0; x < lab.cols; ++x) {
            const double part = x / double(lab.cols);
            const auto& colour = lab.at<cv::Vec3b>(y, x);
            cv::Vec3d difference;
            for (int c = 0; c < 3; ++c)
                difference[c] = colour[c] - (1 - part) * left[c] - part * right[c];
            auto& known = distance.at<float>(y, x);
            known = std::min(known, static_cast<float>(labDistance(difference, kShadow)));
        }
    }
}

}  // namespace

PlainBackground fitPlainBackground(const cv::Mat& lab) {
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
    PlainBackground background;
    std::vector<double> inliers;
    std::copy_if(residual.begin(), residual.end(), std::back_inserter(inliers),
                 [](double r) { return r < 9; });
    background.plain = static_cast<double>(inliers.size()) / count;
    if (!inliers.empty()) {
        std::nth_element(inliers.begin(), inliers.begin() + inliers.size() / 2, inliers.end());
        background.noise = std::max(0.7, inliers[inliers.size() / 2]);
    }
    background.distance = distanceFrom(fit, lab);
    allowFloor(lab, background.distance);
    return background;
}

}  // namespace atelier::imaging
