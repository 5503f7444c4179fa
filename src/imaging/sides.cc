#include "imaging/sides.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace atelier::imaging {
namespace {

constexpr int kShare = 4;          // colours are measured in a picture so many times smaller
constexpr float kNoise = 8;        // grey levels over three channels
constexpr float kRinging = 0.1F;   // of the way between the two colours: what JPEG makes of an edge
constexpr float kApart = 40;       // as far the two sides' colours must be from each other to tell
constexpr float kSpread = 2;       // and so many standard deviations of the person's
constexpr float kAlike = 0.2F;     // of the person near by may have the background's colour
constexpr float kOffLine = 0.35F;  // of the way between the two colours: a third colour
// Share of the person in a pixel that is kept as it is: what has less is mixed anew, see matte.h.
constexpr float kKept = 0.7F;
constexpr float kShadow = 0.3F;  // as little of the way is the background in a shadow

/// Sum of `values` over a window around each pixel, divided by that of `weight`.
cv::Mat windowed(const cv::Mat& values, const cv::Mat& weight, int window) {
    cv::Mat sum, total;
    cv::blur(values, sum, {window, window});
    cv::blur(weight, total, {window, window});
    cv::max(total, 1e-6, total);
    if (values.channels() == 3) cv::merge(std::vector<cv::Mat>{total, total, total}, total);
    return sum / total;
}

cv::Mat weightOf(const cv::Mat& mask) {
    cv::Mat weight;
    mask.convertTo(weight, CV_32F, 1.0 / 255);
    return weight;
}

float lengthOf(const cv::Vec3f& colour) {
    return static_cast<float>(cv::norm(colour));
}

float noiseOf(const cv::Vec3f& deviation) {
    return std::max(kNoise, 2 * lengthOf(deviation));
}

}  // namespace

Sides::Colours Sides::coloursNear(const cv::Mat& rgb, const cv::Mat& where, int window) {
    const cv::Mat weight = weightOf(where);
    cv::Mat weights, values;
    cv::merge(std::vector<cv::Mat>{weight, weight, weight}, weights);
    rgb.convertTo(values, CV_32F);
    values = values.mul(weights);
    const cv::Mat squares = values.mul(values);
    Colours colours{cv::Mat(rgb.size(), CV_32FC3, cv::mean(rgb, where)),
                    cv::Mat(rgb.size(), CV_32FC3, cv::Scalar::all(255))};
    for (const int size : {9 * window, 3 * window, window}) {
        cv::Mat total;
        cv::blur(weight, total, {size, size});
        const cv::Mat known = total > 0.02;
        const cv::Mat mean = windowed(values, weight, size);
        cv::Mat deviation = windowed(squares, weight, size) - mean.mul(mean);
        cv::max(deviation, 0, deviation);
        cv::sqrt(deviation, deviation);
        mean.copyTo(colours.mean, known);
        deviation.copyTo(colours.deviation, known);
    }
    return colours;
}

Sides::Sides(const cv::Mat& rgb, const cv::Mat& person, const cv::Mat& background, int window)
    : rgb_(rgb) {
    cv::Mat small;
    cv::resize(rgb, small, {(rgb.cols + kShare - 1) / kShare, (rgb.rows + kShare - 1) / kShare}, 0,
               0, cv::INTER_AREA);
    const auto lessened = [&](const cv::Mat& mask) {
        cv::Mat share;
        cv::resize(mask, share, small.size(), 0, 0, cv::INTER_AREA);
        return cv::Mat(share > 250);
    };
    const int near = 2 * (window / kShare / 2) + 1;
    background_ = coloursNear(small, lessened(background), near);
    const cv::Mat body = lessened(person), alike = alikeIn(small) & body;
    person_ = coloursNear(small, body & ~alike, near);
    alike_ = windowed(weightOf(alike), weightOf(body), 2 * near + 1);
}

cv::Mat Sides::alikeIn(const cv::Mat& small) const {
    cv::Mat alike(small.size(), CV_8UC1);
    for (int y = 0; y < small.rows; ++y) {
        for (int x = 0; x < small.cols; ++x) {
            const cv::Vec3f colour = small.at<cv::Vec3b>(y, x);
            const float distance = lengthOf(colour - background_.mean.at<cv::Vec3f>(y, x));
            const float noise = noiseOf(background_.deviation.at<cv::Vec3f>(y, x));
            alike.at<uchar>(y, x) = distance < noise ? 255 : 0;
        }
    }
    return alike;
}

Sides::Point Sides::near(int y, int x) const {
    const int v = y / kShare, u = x / kShare;
    const auto& from = background_.mean.at<cv::Vec3f>(v, u);
    Point point;
    point.way = person_.mean.at<cv::Vec3f>(v, u) - from;
    point.difference = cv::Vec3f(rgb_.at<cv::Vec3b>(y, x)) - from;
    point.noise = noiseOf(background_.deviation.at<cv::Vec3f>(v, u));
    const float square = point.way.dot(point.way);
    point.along = square > 0 ? point.difference.dot(point.way) / square : 0;
    const auto& deviation = person_.deviation.at<cv::Vec3f>(v, u);
    float spread = 0;
    for (int c = 0; c < 3; ++c) spread += std::abs(point.way[c]) * deviation[c];
    const float least = std::max(kApart, 2 * point.noise);
    point.tell = square > least * least;
    point.mix = point.tell && square > kSpread * spread;
    return point;
}

Sides::Verdict Sides::at(int y, int x) const {
    const auto point = near(y, x);
    const float distance = lengthOf(point.difference), apart = lengthOf(point.way);
    const auto unsure = distance > 1.5F * point.noise ? Verdict::Away : Verdict::Unknown;
    if (!point.tell || doubtful(y, x)) return unsure;
    if (distance < std::max(point.noise, kRinging * apart)) return Verdict::Background;
    if (!point.mix) return unsure;
    const float off = lengthOf(point.difference - point.along * point.way);
    if (point.along < 0 || off > std::max(point.noise, kOffLine * apart)) return unsure;
    return point.along > kKept ? Verdict::Person : Verdict::Background;
}

bool Sides::shows(int y, int x) const {
    const auto point = near(y, x);
    if (!point.tell || point.noise > 2 * kNoise) return false;
    if (lengthOf(point.difference) < point.noise) return true;
    return point.mix && point.along > 0 && point.along < kShadow &&
           lengthOf(point.difference - point.along * point.way) < point.noise;
}

bool Sides::differs(int y, int x) const {
    return lengthOf(near(y, x).difference) > kApart;
}

bool Sides::doubtful(int y, int x) const {
    return alike_.at<float>(y / kShare, x / kShare) > kAlike;
}

}  // namespace atelier::imaging
