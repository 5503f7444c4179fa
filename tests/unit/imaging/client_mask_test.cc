#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

constexpr Size kPerson{600, 800};

cv::Mat channel(const EncodedImage& mask) {
    cv::Mat band;
    cv::extractChannel(decoded(mask), band, 0);
    return band;
}

double overlap(const cv::Mat& a, const cv::Mat& b) {
    return static_cast<double>(cv::countNonZero(a & b)) / cv::countNonZero(a | b);
}

TEST(ClientMask, IsTakenAsItIs) {
    const auto mask = ellipseMask(600, 800);
    const auto result = imaging().clientMask(encoded(mask, ".png"), kPerson);
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(difference(channel(result->mask), mask), 0);
    EXPECT_EQ(result->mask.content_type, "image/png");
    EXPECT_TRUE(result->warnings.empty());
}

TEST(ClientMask, IsScaledToThePhoto) {
    for (const Size size : {Size{300, 400}, Size{1200, 1600}}) {
        const auto result =
            imaging().clientMask(encoded(ellipseMask(size.width, size.height), ".png"), kPerson);
        ASSERT_THAT(result, isOk());
        EXPECT_EQ(result->mask.size, kPerson);
        EXPECT_GT(overlap(channel(result->mask), ellipseMask(600, 800)), 0.97);
    }
}

TEST(ClientMask, MayBeColouredGreyOrLossy) {
    cv::Mat coloured;
    cv::cvtColor(ellipseMask(600, 800), coloured, cv::COLOR_GRAY2RGB);
    const auto result = imaging().clientMask(encoded(coloured, ".jpg[Q=60]"), kPerson);
    ASSERT_THAT(result, isOk());
    EXPECT_GT(overlap(channel(result->mask), ellipseMask(600, 800)), 0.98);
}

TEST(ClientMask, MayBeTransparentWhereToRepaint) {
    cv::Mat picture;
    cv::cvtColor(scene(600, 800), picture, cv::COLOR_RGB2RGBA);
    cv::insertChannel(~ellipseMask(600, 800), picture, 3);
    const auto result = imaging().clientMask(encoded(picture, ".png"), kPerson);
    ASSERT_THAT(result, isOk());
    EXPECT_GT(overlap(channel(result->mask), ellipseMask(600, 800)), 0.99);
}

TEST(ClientMask, WarnsWhenItLooksInverted) {
    const auto result = imaging().clientMask(encoded(~ellipseMask(600, 800), ".png"), kPerson);
    ASSERT_THAT(result, isOk());
    ASSERT_EQ(result->warnings.size(), 1U);
    EXPECT_THAT(result->warnings.front(), testing::HasSubstr("inverted"));
    EXPECT_LT(result->confidence, 0.5);
}

TEST(ClientMask, MustSayWhatToRepaint) {
    const cv::Mat black(800, 600, CV_8UC1, cv::Scalar(0)),
        white(800, 600, CV_8UC1, cv::Scalar(255));
    EXPECT_THAT(imaging().clientMask(encoded(black, ".png"), kPerson),
                failsWith(ErrorCode::MaskInvalid));
    EXPECT_THAT(imaging().clientMask(encoded(white, ".png"), kPerson),
                failsWith(ErrorCode::MaskInvalid));
}

TEST(ClientMask, MustHaveThePhotosProportions) {
    const auto result = imaging().clientMask(encoded(ellipseMask(800, 600), ".png"), kPerson);
    ASSERT_THAT(result, failsWith(ErrorCode::MaskInvalid));
    EXPECT_THAT(result.error().detail, testing::HasSubstr("800×600"));
}

TEST(ClientMask, MustBeAWholePicture) {
    const auto whole = encoded(ellipseMask(600, 800), ".png");
    EXPECT_THAT(imaging().clientMask(whole.substr(0, whole.size() / 2), kPerson),
                failsWith(ErrorCode::MaskInvalid));
    EXPECT_THAT(imaging().clientMask("no", kPerson), failsWith(ErrorCode::MaskInvalid));
}

}  // namespace
}  // namespace atelier::test
