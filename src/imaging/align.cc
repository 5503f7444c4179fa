#include "imaging/align.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace atelier::imaging {
namespace {

constexpr int kCoarsest = 128;  // pixels of the longest side at the top of the pyramid
constexpr int kFinest = 512;    // finer levels gain nothing
constexpr int kSteps = 14;      // Gauss-Newton steps per level
constexpr std::size_t kMostSamples = 12'000;  // more make it slower, not better
constexpr float kHuber = 12;  // grey levels; larger differences pull no harder than this
constexpr double kTexture =
    1.5;  // mean gradient in grey levels per pixel below which a picture says nothing

/// One level of the pyramid, in its own pixels.
struct Level {
    cv::Mat reference, other, keep;
};

Level shrinkTo(const cv::Mat& reference, const cv::Mat& other, const cv::Mat& keep, int longest) {
    Level level;
    const double factor = static_cast<double>(longest) / std::max(reference.cols, reference.rows);
    const cv::Size size(std::max<int>(8, std::lround(reference.cols * factor)),
                        std::max<int>(8, std::lround(reference.rows * factor)));
    cv::Mat grey;
    cv::resize(reference, grey, size, 0, 0, cv::INTER_AREA);
    grey.convertTo(level.reference, CV_32F);
    cv::resize(other, grey, size, 0, 0, cv::INTER_AREA);
    grey.convertTo(level.other, CV_32F);
    cv::GaussianBlur(level.reference, level.reference, {3, 3}, 0.8);
    cv::GaussianBlur(level.other, level.other, {3, 3}, 0.8);
    cv::resize(keep, level.keep, size, 0, 0, cv::INTER_AREA);
    // Pixels that mix kept and masked parts, and the border, compare badly.
    cv::threshold(level.keep, level.keep, 254, 255, cv::THRESH_BINARY);
    cv::rectangle(level.keep, {0, 0}, {size.width - 1, size.height - 1}, cv::Scalar(0), 2);
    return level;
}

/// A kept pixel where the reference changes: only such ones say where a picture lies.
struct Sample {
    float x = 0, y = 0;  ///< from the middle of the picture
    float gradient_x = 0, gradient_y = 0, reference = 0;
};

/// At most kMostSamples, those of the strongest changes.
std::vector<Sample> samplesOf(const Level& level) {
    cv::Mat dx, dy;
    cv::Scharr(level.reference, dx, CV_32F, 1, 0, 1.0 / 32);
    cv::Scharr(level.reference, dy, CV_32F, 0, 1, 1.0 / 32);
    const auto size = level.reference.size();
    const float cx = static_cast<float>(size.width - 1) / 2,
                cy = static_cast<float>(size.height - 1) / 2;
    std::vector<Sample> samples;
    for (int y = 0; y < size.height; ++y) {
        const auto* keep = level.keep.ptr<uchar>(y);
        for (int x = 0; x < size.width; ++x) {
            if (keep[x] == 0) continue;
            samples.push_back({static_cast<float>(x) - cx, static_cast<float>(y) - cy,
                               dx.at<float>(y, x), dy.at<float>(y, x),
                               level.reference.at<float>(y, x)});
        }
    }
    if (samples.size() <= kMostSamples) return samples;
    std::ranges::nth_element(samples, samples.begin() + kMostSamples, std::ranges::greater{},
                             [](const Sample& sample) {
                                 return std::abs(sample.gradient_x) + std::abs(sample.gradient_y);
                             });
    samples.resize(kMostSamples);
    return samples;
}

using Normal = cv::Matx<double, 6, 6>;
using Vector = cv::Vec<double, 6>;

struct Photometric {
    double gain = 1, offset = 0;
};

/// The normal equations of [scale x, shift x, scale y, shift y, gain, offset].
struct Equations {
    std::array<double, 21> upper{};  ///< of the symmetric matrix, row by row
    std::array<double, 6> right{};

    void add(const Sample& sample, float other, const Photometric& light) {
        const float residual = static_cast<float>(light.gain) * other +
                               static_cast<float>(light.offset) - sample.reference;
        const float weight = std::abs(residual) <= kHuber ? 1 : kHuber / std::abs(residual);
        const std::array<float, 6> jacobian{sample.gradient_x * sample.x,
                                            sample.gradient_x,
                                            sample.gradient_y * sample.y,
                                            sample.gradient_y,
                                            -other,
                                            -1};
        std::size_t next = 0;
        for (std::size_t i = 0; i < 6; ++i) {
            const float weighted = weight * jacobian[i];
            right[i] += weighted * residual;
            for (std::size_t j = i; j < 6; ++j) upper[next++] += weighted * jacobian[j];
        }
    }

    Vector solved() const {
        Normal normal;
        std::size_t next = 0;
        for (int i = 0; i < 6; ++i)
            for (int j = i; j < 6; ++j) normal(i, j) = normal(j, i) = upper[next++];
        for (int i = 0; i < 6; ++i) normal(i, i) += 1e-3 + 1e-6 * normal(i, i);
        return normal.solve(Vector(right.data()), cv::DECOMP_CHOLESKY);
    }
};

/// What `other` shows where the samples come to lie.
cv::Mat seenBy(const std::vector<Sample>& samples, const cv::Mat& other, const Alignment& at) {
    const auto cx = static_cast<float>((other.cols - 1) / 2.0 + at.shift_x),
               cy = static_cast<float>((other.rows - 1) / 2.0 + at.shift_y);
    const auto sx = static_cast<float>(at.scale_x), sy = static_cast<float>(at.scale_y);
    cv::Mat places(static_cast<int>(samples.size()), 1, CV_32FC2), seen;
    auto* place = places.ptr<cv::Vec2f>();
    for (const auto& sample : samples) *place++ = {sx * sample.x + cx, sy * sample.y + cy};
    cv::remap(other, seen, places, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return seen;
}

/// One step. Returns how far the corners moved, in pixels of the level.
double step(const Level& level, const std::vector<Sample>& samples, Alignment& at,
            Photometric& light) {
    const auto size = level.reference.size();
    const auto seen = seenBy(samples, level.other, at);
    Equations equations;
    for (std::size_t i = 0; i < samples.size(); ++i)
        equations.add(samples[i], seen.at<float>(static_cast<int>(i)), light);
    const Vector delta = equations.solved();
    // The step was found in the reference's frame; its inverse goes in front of what is known so
    // far.
    const double sx = 1 / (1 + delta[0]), sy = 1 / (1 + delta[2]);
    at.shift_x += at.scale_x * -delta[1] * sx;
    at.shift_y += at.scale_y * -delta[3] * sy;
    at.scale_x *= sx;
    at.scale_y *= sy;
    light.gain += delta[4];
    light.offset += delta[5];
    const double cx = (size.width - 1) / 2.0, cy = (size.height - 1) / 2.0;
    return std::max(std::abs(delta[0]) * cx + std::abs(delta[1]),
                    std::abs(delta[2]) * cy + std::abs(delta[3]));
}

void refine(const Level& level, Alignment& at, Photometric& light) {
    const auto samples = samplesOf(level);
    for (int i = 0; i < kSteps; ++i) {
        if (step(level, samples, at, light) < 0.01) {
            return;
        }
    }
}

/// Correlation of the kept pixels; 0 where one of the two is flat.
double correlation(const cv::Mat& a, const cv::Mat& b, const cv::Mat& keep) {
    cv::Scalar mean_a, mean_b, dev_a, dev_b;
    cv::meanStdDev(a, mean_a, dev_a, keep);
    cv::meanStdDev(b, mean_b, dev_b, keep);
    if (dev_a[0] < 1e-3 || dev_b[0] < 1e-3) {
        return 0;
    }
    cv::Mat product = (a - mean_a[0]).mul(b - mean_b[0]);
    return std::clamp(cv::mean(product, keep)[0] / (dev_a[0] * dev_b[0]), 0.0, 1.0);
}

void judge(const Level& level, Alignment& at) {
    cv::Mat dx, dy, strength;
    cv::Scharr(level.reference, dx, CV_32F, 1, 0, 1.0 / 32);
    cv::Scharr(level.reference, dy, CV_32F, 0, 1, 1.0 / 32);
    cv::magnitude(dx, dy, strength);
    const int textured = cv::countNonZero((strength > kTexture) & (level.keep > 0));
    at.compared = static_cast<double>(textured) / level.keep.total();
    at.trusted = at.compared > 0.004;
    cv::Mat warped;
    cv::warpAffine(level.other, warped, at.matrix(level.other.size()), level.other.size(),
                   cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
    at.likeness = correlation(level.reference, warped, level.keep);
}

void rescaleShift(Alignment& at, double factor) {
    at.shift_x *= factor;
    at.shift_y *= factor;
}

}  // namespace

double Alignment::displacement(cv::Size size) const {
    const double x = std::abs(scale_x - 1) * size.width / 2 + std::abs(shift_x);
    const double y = std::abs(scale_y - 1) * size.height / 2 + std::abs(shift_y);
    return std::hypot(x, y);
}

cv::Mat Alignment::matrix(cv::Size size) const {
    const double cx = (size.width - 1) / 2.0, cy = (size.height - 1) / 2.0;
    return (cv::Mat_<double>(2, 3) << scale_x, 0, cx - scale_x * cx + shift_x, 0, scale_y,
            cy - scale_y * cy + shift_y);
}

Alignment align(const cv::Mat& reference, const cv::Mat& other, const cv::Mat& keep) {
    CV_Assert(reference.size() == other.size() && reference.size() == keep.size());
    const int longest = std::max(reference.cols, reference.rows);
    const int finest = std::min(kFinest, longest);
    Alignment at, still;
    Photometric light;
    Level level;
    for (int side = std::min(kCoarsest, longest);; side = std::min(side * 2, finest)) {
        level = shrinkTo(reference, other, keep, side);
        if (cv::countNonZero(level.keep) > 64) {
            refine(level, at, light);
        }
        if (side == finest) {
            break;
        }
        rescaleShift(at, static_cast<double>(std::min(side * 2, finest)) / side);
    }
    judge(level, at);
    judge(level, still);
    rescaleShift(at, static_cast<double>(longest) / finest);
    return still.likeness > at.likeness ? still
                                        : at;  // the search may run away; staying is then better
}

}  // namespace atelier::imaging
