#include "imaging/background.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "imaging/figures.h"
#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

TEST(BackgroundMask, ProtectsThePerson) {
    const auto figure = imaging::drawDefaultFigure();
    const auto result = imaging().backgroundMask(*figure.bytes, {});
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->mask.size, figure.size);
    cv::Mat mask;
    cv::extractChannel(decoded(result->mask), mask, 0);
    for (const cv::Point person :
         {cv::Point(384, 160), {384, 500}, {184, 740}, {300, 950}, {290, 120}}) {
        EXPECT_EQ(mask.at<uchar>(person), 0) << person;
    }
    for (const cv::Point wall : {cv::Point(40, 40), {700, 500}, {60, 950}}) {
        EXPECT_EQ(mask.at<uchar>(wall), 255) << wall;
    }
}

TEST(BackgroundMask, NeedsAPerson) {
    const cv::Mat wall(400, 400, CV_8UC3, cv::Scalar(200, 200, 210));
    EXPECT_THAT(imaging().backgroundMask(encoded(wall, ".png"), {}),
                failsWith(ErrorCode::NoPersonFound));
}

/// A try-on's result in a shirt of the wall's colour: the photo it was made from tells it.
TEST(BackgroundMask, ProtectsWhatATryOnPainted) {
    const auto figure = imaging::drawDefaultFigure();
    const auto photo = decoded(figure);
    cv::Mat result = photo.clone();
    const auto wall = photo.at<cv::Vec3b>(500, 60);
    const cv::Rect sleeve(60, 560, 200, 160);  // from the arm out over the wall
    result(sleeve).setTo(cv::Scalar(wall[0] - 30, wall[1] - 30, wall[2] - 30));
    const auto mask = imaging().backgroundMask(encoded(result, ".png"), encoded(photo, ".png"));
    ASSERT_THAT(mask, isOk());
    const auto pixels = decoded(mask->mask);
    EXPECT_EQ(pixels.at<uchar>(640, 80), 0) << "painted over the wall";
    EXPECT_EQ(pixels.at<uchar>(640, 30), 255) << "wall";

    const auto other_size = imaging().backgroundMask(
        encoded(result, ".png"), encoded(cv::Mat(100, 100, CV_8UC3, cv::Scalar::all(0)), ".png"));
    EXPECT_THAT(other_size, isOk());
}

TEST(Edges, AreThoseOfThePicture) {
    cv::Mat picture(300, 400, CV_8UC3, cv::Scalar(240, 240, 240));
    picture(cv::Rect(100, 100, 200, 100)).setTo(cv::Scalar(20, 20, 20));
    const auto result = imaging().edges(encoded(picture, ".png"), 50, 200);
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->size, (Size{400, 300}));
    cv::Mat lines;
    cv::extractChannel(decoded(*result), lines, 0);
    EXPECT_NEAR(cv::countNonZero(lines), 2 * (200 + 100), 20);
    EXPECT_EQ(lines.at<uchar>(150, 200), 0);
}

}  // namespace
}  // namespace atelier::test
