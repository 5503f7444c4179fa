#include "imaging/align.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

using imaging::align;
using imaging::Alignment;

cv::Mat grey(const cv::Mat& rgb) {
    cv::Mat result;
    cv::cvtColor(rgb, result, cv::COLOR_RGB2GRAY);
    return result;
}

/// `picture` as a provider would give it back: moved, scaled, darker, noisy, and repainted inside
/// `mask`.
cv::Mat answerTo(const cv::Mat& picture, const cv::Mat& mask, double scale, double dx, double dy) {
    Alignment moved;
    moved.scale_x = moved.scale_y = scale;
    moved.shift_x = dx;
    moved.shift_y = dy;
    cv::Mat repainted = picture.clone();
    repainted.setTo(200, mask);
    cv::Mat answer;
    cv::warpAffine(repainted, answer, moved.matrix(picture.size()), picture.size(), cv::INTER_CUBIC,
                   cv::BORDER_REPLICATE);
    cv::Mat noise(answer.size(), CV_8UC1);
    cv::RNG(3).fill(noise, cv::RNG::NORMAL, 8, 2);
    return answer * 0.95 + noise - 4;
}

struct Motion {
    double scale, dx, dy;
};

class Moved : public testing::TestWithParam<Motion> {};
INSTANTIATE_TEST_SUITE_P(Answers, Moved,
                         testing::Values(Motion{1, 0, 0}, Motion{1, 0.5, -0.5}, Motion{1, 3, 2},
                                         Motion{1, -12, 12}, Motion{0.97, 0, 0}, Motion{1.03, 0, 0},
                                         Motion{0.97, 8, -8}, Motion{1.03, -12, 4},
                                         Motion{1.015, 1.3, -2.7}));

TEST_P(Moved, IsFoundToHalfAPixel) {
    const auto [scale, dx, dy] = GetParam();
    const auto picture = grey(scene(768, 1024));
    const auto mask = ellipseMask(768, 1024);
    const auto found = align(picture, answerTo(picture, mask, scale, dx, dy), ~mask);
    EXPECT_TRUE(found.trusted);
    EXPECT_GT(found.likeness, 0.9);
    const double corner_x = std::abs(found.scale_x - scale) * 384 + std::abs(found.shift_x - dx);
    const double corner_y = std::abs(found.scale_y - scale) * 512 + std::abs(found.shift_y - dy);
    EXPECT_LT(std::hypot(corner_x, corner_y), 0.5)
        << found.scale_x << " " << found.scale_y << " " << found.shift_x << " " << found.shift_y;
}

TEST(Align, SaysSoWhenThereIsNothingToCompare) {
    const cv::Mat flat(512, 384, CV_8UC1, cv::Scalar(200));
    EXPECT_FALSE(align(flat, flat, ~ellipseMask(384, 512)).trusted);
}

TEST(Align, SeesAnotherPicture) {
    const auto picture = grey(scene(384, 512));
    cv::Mat other;
    cv::flip(picture, other, -1);
    EXPECT_LT(align(picture, other, ~ellipseMask(384, 512)).likeness, 0.5);
}

}  // namespace
}  // namespace atelier::test
