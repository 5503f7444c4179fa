#include "imaging/silhouette.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "imaging/plain_background.h"

namespace atelier::test {
namespace {

const cv::Scalar kStudio(225, 225, 228), kFloor(180, 170, 160), kShirt(40, 60, 150),
    kFace(200, 150, 125), kHair(60, 40, 30);

/// Head, body and two legs on a wall, 300 × 400, and the face where a finder would see it.
struct Figure {
    cv::Mat rgb{400, 300, CV_8UC3, kStudio};
    imaging::Face face{.box = {130, 60, 40, 40}};

    void wear(const cv::Scalar& colour) {
        cv::rectangle(rgb, cv::Rect(110, 115, 80, 125), colour, -1);
        cv::rectangle(rgb, cv::Rect(110, 240, 34, 140), cv::Scalar(50, 50, 60), -1);
        cv::rectangle(rgb, cv::Rect(156, 240, 34, 140), cv::Scalar(50, 50, 60), -1);
        cv::ellipse(rgb, {150, 70}, {30, 40}, 0, 0, 360, kHair, -1);
        cv::ellipse(rgb, {150, 80}, {20, 28}, 0, 0, 360, kFace, -1);
        cv::rectangle(rgb, cv::Rect(140, 100, 20, 20), kFace, -1);
    }
};

TEST(Silhouette, StandsOnAFloor) {
    Figure figure;
    figure.rgb.rowRange(340, 400).setTo(kFloor);
    figure.wear(kShirt);
    const auto found = imaging::findSilhouette(figure.rgb, figure.face);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->plain_background);
    for (const cv::Point floor : {cv::Point(20, 380), {280, 360}, {20, 345}, {280, 398}})
        EXPECT_EQ(found->mask.at<uchar>(floor), 0) << floor;
    for (const cv::Point person : {cv::Point(150, 180), {127, 360}, {173, 372}, {150, 45}})
        EXPECT_EQ(found->mask.at<uchar>(person), 255) << person;
}

/// A portrait fills the picture from side to side: that is no floor.
TEST(Silhouette, KeepsShouldersThatLeaveThePicture) {
    cv::Mat rgb(400, 300, CV_8UC3, kStudio);
    cv::fillConvexPoly(
        rgb,
        std::vector<cv::Point>{{110, 230}, {190, 230}, {300, 300}, {300, 400}, {0, 400}, {0, 300}},
        kShirt);
    cv::ellipse(rgb, {150, 140}, {60, 80}, 0, 0, 360, kHair, -1);
    cv::ellipse(rgb, {150, 160}, {45, 60}, 0, 0, 360, kFace, -1);
    cv::rectangle(rgb, cv::Rect(125, 200, 50, 40), kFace, -1);
    const auto found = imaging::findSilhouette(rgb, imaging::Face{.box = {105, 110, 90, 90}});
    ASSERT_TRUE(found);
    for (const cv::Point person : {cv::Point(150, 380), {20, 380}, {280, 380}, {150, 300}})
        EXPECT_EQ(found->mask.at<uchar>(person), 255) << person;
}

TEST(Silhouette, FindsClothesOfTheWallsColourBelowTheFace) {
    Figure figure;
    figure.wear(cv::Scalar(222, 222, 226));
    const auto found = imaging::findSilhouette(figure.rgb, figure.face);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->chest_seen);
    EXPECT_EQ(found->mask.at<uchar>(170, 150), 255) << "chest";
    EXPECT_LT(found->confidence, 0.9);
}

TEST(PlainBackground, TellsAFloorsColourFromAShoes) {
    Figure figure;
    figure.rgb.rowRange(340, 400).setTo(kFloor);
    figure.wear(kShirt);
    cv::Mat lab;
    cv::cvtColor(figure.rgb, lab, cv::COLOR_RGB2Lab);
    const auto background = imaging::fitPlainBackground(lab);
    EXPECT_LT(background.distance.at<float>(390, 150), 3);
    EXPECT_GT(background.distance.at<float>(370, 127), 30);
}

}  // namespace
}  // namespace atelier::test
