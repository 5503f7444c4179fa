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
    const auto result = imaging().backgroundMask(*figure.bytes);
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
    EXPECT_THAT(imaging().backgroundMask(encoded(wall, ".png")),
                failsWith(ErrorCode::NoPersonFound));
}

TEST(RefineOutline, KeepsThinStrands) {
    cv::Mat rgb(200, 200, CV_8UC3, cv::Scalar(220, 225, 230)),
        inside(200, 200, CV_8UC1, cv::Scalar(0));
    cv::rectangle(rgb, {60, 60}, {140, 199}, cv::Scalar(70, 50, 30), -1);
    cv::line(rgb, {60, 80}, {54, 70}, cv::Scalar(70, 50, 30), 3);
    cv::rectangle(inside, {63, 63}, {137, 199}, cv::Scalar(255), -1);
    const auto refined = imaging::refineOutline(rgb, inside, 10);
    EXPECT_EQ(refined.at<uchar>(100, 61), 255) << "the outline was drawn too far inside";
    EXPECT_EQ(refined.at<uchar>(74, 57), 255) << "strand";
    EXPECT_EQ(refined.at<uchar>(100, 50), 0) << "wall";
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
