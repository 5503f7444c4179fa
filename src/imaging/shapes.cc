#include "imaging/shapes.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace atelier::imaging {
namespace {

/// The part of the picture that `mask` and `margin` pixels around it take; empty for nothing.
cv::Rect around(const cv::Mat& mask, int margin) {
    const auto box = cv::boundingRect(mask);
    if (box.empty()) {
        return box;
    }
    return cv::Rect(box.x - margin, box.y - margin, box.width + 2 * margin,
                    box.height + 2 * margin) &
           cv::Rect({}, mask.size());
}

}  // namespace

cv::Mat grown(const cv::Mat& mask, float radius) {
    cv::Mat distance, result = cv::Mat::zeros(mask.size(), CV_8UC1);
    if (const auto place = around(mask, cvCeil(radius) + 1); !place.empty()) {
        cv::distanceTransform(~mask(place), distance, cv::DIST_L2, 5);
        cv::compare(distance, radius, result(place), cv::CMP_LE);
    }
    return result;
}

cv::Mat shrunk(const cv::Mat& mask, float radius) {
    constexpr int kReach = 2;  // of the distance's steps: none jumps over the margin
    cv::Mat distance, result = cv::Mat::zeros(mask.size(), CV_8UC1);
    if (const auto place = around(mask, kReach); !place.empty()) {
        cv::distanceTransform(mask(place), distance, cv::DIST_L2, 5);
        cv::compare(distance, radius, result(place), cv::CMP_GT);
    }
    return result;
}

cv::Mat closed(const cv::Mat& mask, float radius) {
    const int border = cvRound(radius) + 2;
    cv::Mat padded;
    cv::copyMakeBorder(mask, padded, border, border, border, border, cv::BORDER_CONSTANT,
                       cv::Scalar(0));
    const auto whole = shrunk(grown(padded, radius), radius);
    return whole(cv::Rect(border, border, mask.cols, mask.rows)) | mask;
}

cv::Mat opened(const cv::Mat& mask, float radius) {
    return grown(shrunk(mask, radius), radius) & mask;
}

cv::Mat connectedTo(const cv::Mat& mask, const cv::Mat& seeds) {
    cv::Mat labels;
    const int count = cv::connectedComponents(mask, labels);
    std::vector<uchar> wanted(count, 0);
    for (int y = 0; y < mask.rows; ++y) {
        const auto* seed = seeds.ptr<uchar>(y);
        const auto* label = labels.ptr<int>(y);
        for (int x = 0; x < mask.cols; ++x) {
            if (seed[x] != 0) {
                wanted[label[x]] = 255;
            }
        }
    }
    wanted[0] = 0;
    cv::Mat result(mask.size(), CV_8UC1);
    for (int y = 0; y < mask.rows; ++y) {
        const auto* label = labels.ptr<int>(y);
        std::transform(label, label + mask.cols, result.ptr<uchar>(y),
                       [&](int one) { return wanted[one]; });
    }
    return result;
}

void clearRows(cv::Mat& mask, float from, float to) {
    const int top = std::clamp(cvRound(from), 0, mask.rows),
              bottom = std::clamp(cvRound(to), top, mask.rows);
    mask.rowRange(top, bottom).setTo(0);
}

void keepColumns(cv::Mat& mask, float from, float to) {
    const int left = std::clamp(cvRound(from), 0, mask.cols),
              right = std::clamp(cvRound(to), left, mask.cols);
    mask.colRange(0, left).setTo(0);
    mask.colRange(right, mask.cols).setTo(0);
}

cv::Mat ellipse(cv::Size size, cv::Point2f centre, cv::Size2f half, float degrees) {
    cv::Mat mask(size, CV_8UC1, cv::Scalar(0));
    cv::ellipse(mask, cv::Point(centre), cv::Size(half), degrees, 0, 360, cv::Scalar(255), -1);
    return mask;
}

}  // namespace atelier::imaging
