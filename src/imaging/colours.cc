#include "imaging/colours.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace atelier::imaging {
namespace {

constexpr int kL = 10, kAB = 24;  // cells per axis; chroma says more than brightness
constexpr float kFloor = 1e-5F;   // an unseen colour is unlikely, not impossible

/// Spreads counts to neighbouring cells along one axis of the histogram.
void smoothAlong(std::vector<float>& cells, int stride, int length) {
    const std::vector<float> from = cells;
    const int lines = static_cast<int>(cells.size()) / stride;
    for (int line = 0, place = 0; line < lines;
         ++line, place = (place + 1 < length ? place + 1 : 0)) {
        const float* here = from.data() + static_cast<std::ptrdiff_t>(line) * stride;
        const float* before = place > 0 ? here - stride : here;
        const float* after = place + 1 < length ? here + stride : here;
        float* to = cells.data() + (here - from.data());
        for (int i = 0; i < stride; ++i) {
            to[i] = 0.25F * before[i] + 0.5F * here[i] + 0.25F * after[i];
        }
    }
}

}  // namespace

int ColourModel::cell(const cv::Vec3b& lab) {
    const int l = lab[0] * kL / 256;
    // Photos use the middle of the a and b axes: 64…192 is spread over all cells.
    const int a = std::clamp((lab[1] - 64) * kAB / 128, 0, kAB - 1);
    const int b = std::clamp((lab[2] - 64) * kAB / 128, 0, kAB - 1);
    return (l * kAB + a) * kAB + b;
}

ColourModel::ColourModel(const cv::Mat& lab, const cv::Mat& where) : share_(kL * kAB * kAB, 0.0F) {
    float total = 0;
    for (int y = 0; y < lab.rows; ++y) {
        const auto* inside = where.ptr<uchar>(y);
        const auto* colour = lab.ptr<cv::Vec3b>(y);
        for (int x = 0; x < lab.cols; ++x) {
            if (inside[x] != 0) {
                share_[cell(colour[x])] += 1;
                total += 1;
            }
        }
    }
    empty_ = total < 30;
    if (empty_) {
        return;
    }
    smoothAlong(share_, 1, kAB);
    smoothAlong(share_, kAB, kAB);
    smoothAlong(share_, kAB * kAB, kL);
    for (auto& share : share_) {
        share /= total;
    }
}

double ColourModel::difference(const ColourModel& other) const {
    if (empty_ || other.empty_) {
        return 0;
    }
    double common = 0;
    for (std::size_t i = 0; i < share_.size(); ++i) {
        common += std::sqrt(share_[i] * other.share_[i]);
    }
    return std::sqrt(std::max(0.0, 1 - common));
}

cv::Mat ColourModel::likelier(const cv::Mat& lab, std::initializer_list<const ColourModel*> others,
                              double ratio) const {
    cv::Mat result = cv::Mat::zeros(lab.size(), CV_8UC1);
    for (int y = 0; y < lab.rows; ++y) {
        const auto* colour = lab.ptr<cv::Vec3b>(y);
        for (int x = 0; x < lab.cols; ++x) {
            const int at = cell(colour[x]);
            float rival = kFloor;
            for (const auto* other : others) {
                rival = std::max(rival, other->share_[at]);
            }
            result.at<uchar>(y, x) = share_[at] > ratio * rival ? 255 : 0;
        }
    }
    return result;
}

cv::Mat skinMask(const cv::Mat& rgb, const cv::Rect& sample) {
    cv::Mat ycrcb, skin;
    cv::cvtColor(rgb, ycrcb, cv::COLOR_RGB2YCrCb);
    cv::inRange(ycrcb, cv::Scalar(40, 134, 77), cv::Scalar(255, 178, 131), skin);
    const cv::Rect inside = sample & cv::Rect({}, rgb.size());
    if (inside.area() > 0 && cv::countNonZero(skin(inside)) > inside.area() / 3) {
        cv::Scalar mean, deviation;
        cv::meanStdDev(ycrcb(inside), mean, deviation, skin(inside));
        const double cr = std::max(6.0, 2.8 * deviation[1]), cb = std::max(6.0, 2.8 * deviation[2]);
        cv::inRange(ycrcb, cv::Scalar(std::max(20.0, mean[0] - 110), mean[1] - cr, mean[2] - cb),
                    cv::Scalar(255, mean[1] + cr, mean[2] + cb), skin);
    }
    cv::medianBlur(skin, skin, 5);
    return skin;
}

}  // namespace atelier::imaging
