#include "imaging/halved.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

cv::Mat noise(int width, int height, int type) {
    imaging();  // starts libvips
    cv::Mat pixels(height, width, type);
    cv::RNG(7).fill(pixels, cv::RNG::UNIFORM, 0, 256);
    return pixels;
}

double farthest(const cv::Mat& a, const cv::Mat& b) {
    return cv::norm(a, b, cv::NORM_INF);
}

TEST(HalvedTest, IsThePictureAndItsAverages) {
    // Tall enough for several strips, and too large for small pages.
    const auto pixels = noise(2600, 2200, CV_8UC3);
    const auto made = imaging::withHalf(imaging::Pixels::from(pixels).image());
    cv::Mat half;
    cv::resize(pixels, half, {1300, 1100}, 0, 0, cv::INTER_AREA);
    EXPECT_EQ(farthest(made.whole.mat(), pixels), 0);
    EXPECT_EQ(made.half.size(), half.size());
    EXPECT_LE(farthest(made.half, half), 1);
}

TEST(HalvedTest, LeavesOutALastOddRowAndColumn) {
    const auto pixels = noise(301, 203, CV_8UC4);
    const auto made = imaging::withHalf(imaging::Pixels::from(pixels).image());
    cv::Mat half;
    cv::resize(pixels(cv::Rect(0, 0, 300, 202)), half, {150, 101}, 0, 0, cv::INTER_AREA);
    EXPECT_EQ(farthest(made.whole.mat(), pixels), 0);
    EXPECT_EQ(made.half.size(), half.size());
    EXPECT_LE(farthest(made.half, half), 1);
}

TEST(HalvedTest, OneRowOrColumnHasNoHalf) {
    for (const auto size : {cv::Size(1, 9), cv::Size(9, 1)}) {
        const auto made = imaging::withHalf(
            imaging::Pixels::from(noise(size.width, size.height, CV_8UC3)).image());
        EXPECT_EQ(made.whole.mat().size(), size);
        EXPECT_TRUE(made.half.empty());
    }
}

}  // namespace
}  // namespace atelier::test
