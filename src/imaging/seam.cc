#include "imaging/seam.h"

#include <array>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace atelier::imaging {
namespace {

constexpr int kWorking = 192;  // pixels of the longest side; the field is smooth
constexpr float kColourChange =
    36;  // grey levels: more than this is another thing, not another shade
constexpr float kMostCorrection = 24;

/// Kept pixels next to the mask whose two colours are near enough to be the same thing.
cv::Mat comparable(const cv::Mat& difference, const cv::Mat& mask) {
    const int reach = std::max(2, kWorking / 40);
    const auto disc = cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * reach + 1, 2 * reach + 1});
    cv::Mat touched, weight;
    cv::dilate(mask, touched,
               cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));  // pixels that mix both sides
    cv::dilate(touched, weight, disc);
    weight.setTo(0, touched);
    std::vector<cv::Mat> channels;
    cv::split(cv::abs(difference), channels);
    const cv::Mat largest = cv::max(channels[0], cv::max(channels[1], channels[2]));
    weight.setTo(0, largest > kColourChange);
    weight.convertTo(weight, CV_32F, 1.0 / 255);
    return weight;
}

/// The change of colour that the whole answer shares, per channel: the median of the comparable
/// differences.
cv::Scalar sharedChange(const cv::Mat& difference, const cv::Mat& weight) {
    std::array<std::vector<float>, 3> values;
    for (int y = 0; y < weight.rows; ++y) {
        for (int x = 0; x < weight.cols; ++x) {
            if (weight.at<float>(y, x) <= 0) continue;
            const auto& pixel = difference.at<cv::Vec3f>(y, x);
            for (int c = 0; c < 3; ++c) values[c].push_back(pixel[c]);
        }
    }
    cv::Scalar change;
    for (int c = 0; c < 3 && values[c].size() > 20; ++c) {
        const auto middle = values[c].begin() + static_cast<std::ptrdiff_t>(values[c].size() / 2);
        std::nth_element(values[c].begin(), middle, values[c].end());
        change[c] = *middle;
    }
    return change;
}

}  // namespace

cv::Mat colourCorrection(const cv::Mat& original, const cv::Mat& answer, const cv::Mat& mask) {
    const double factor =
        std::min(1.0, static_cast<double>(kWorking) / std::max(mask.cols, mask.rows));
    cv::Mat small_original, small_answer, small_mask;
    cv::resize(original, small_original, {}, factor, factor, cv::INTER_AREA);
    cv::resize(answer, small_answer, small_original.size(), 0, 0, cv::INTER_AREA);
    cv::resize(mask, small_mask, small_original.size(), 0, 0, cv::INTER_AREA);
    cv::threshold(small_mask, small_mask, 0, 255, cv::THRESH_BINARY);
    cv::Mat difference;
    cv::subtract(small_original, small_answer, difference, cv::noArray(), CV_32F);
    const auto weight = comparable(difference, small_mask);
    const auto shared = sharedChange(difference, weight);
    difference -= shared;
    const auto three = [](const cv::Mat& band) {
        cv::Mat bands;
        cv::merge(std::vector<cv::Mat>{band, band, band}, bands);
        return bands;
    };
    // Normalised convolution: what differs from the shared change spreads inwards and fades where
    // the ring is far.
    constexpr double kSpread = kWorking / 24.0;
    cv::Mat spread, total;
    cv::GaussianBlur(difference.mul(three(weight)), spread, {}, kSpread);
    cv::GaussianBlur(weight, total, {}, kSpread);
    cv::Mat field = spread / three(total + 0.08) + shared;
    return cv::min(cv::max(field, -kMostCorrection), kMostCorrection);
}

cv::Mat corrected(const cv::Mat& picture, const cv::Mat& correction) {
    constexpr double kParts = 64;  // of a grey level: many times as fast as floats
    cv::Mat parts, wide, sum;
    correction.convertTo(parts, CV_16S, kParts);
    cv::resize(parts, parts, picture.size(), 0, 0, cv::INTER_LINEAR);
    picture.convertTo(wide, CV_16S, kParts);
    cv::add(wide, parts, wide);
    wide.convertTo(sum, CV_8U, 1 / kParts);
    return sum;
}

cv::Mat featherInwards(const cv::Mat& mask, int feather_px) {
    cv::Mat opacity;
    cv::threshold(mask, opacity, 127, 255, cv::THRESH_BINARY);
    const int half = std::max(1, (feather_px + 1) / 2);
    const cv::Size window(2 * half + 1, 2 * half + 1);
    cv::Mat inside = opacity(cv::boundingRect(opacity));  // the filters see what is around it, too
    if (inside.empty()) return opacity;
    // A box of the same size erodes and blurs: the blurred edge ends exactly where the mask does.
    cv::erode(inside, inside, cv::getStructuringElement(cv::MORPH_RECT, window));
    cv::blur(inside, inside, window, {-1, -1}, cv::BORDER_REPLICATE);
    return opacity;
}

}  // namespace atelier::imaging
