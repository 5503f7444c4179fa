#include "imaging/outline.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace atelier::test {
namespace {

const cv::Scalar kWall(205, 200, 195), kWhite(245, 245, 245), kBlue(30, 70, 150), kRed(190, 30, 40),
    kSkin(200, 150, 125);

/// A torso in front of a wall, 400 × 400.
class RefineOutline : public testing::Test {
  protected:
    RefineOutline() : rgb_(400, 400, CV_8UC3, kWall), outline_(400, 400, CV_8UC1, cv::Scalar(0)) {
        paint(kTorso, kRed);
        outline_(kTorso).setTo(255);
    }

    void paint(const cv::Rect& place, const cv::Scalar& colour) { rgb_(place).setTo(colour); }

    cv::Mat refined(const cv::Mat& skin = cv::Mat::zeros(400, 400, CV_8UC1)) const {
        return imaging::refineOutline(rgb_, outline_, skin, 10);
    }

    const cv::Rect kTorso{120, 100, 160, 300};
    const int kAll = kTorso.area() - 4;  // corners are rounded
    cv::Mat rgb_, outline_;
};

TEST_F(RefineOutline, KeepsThinStrands) {
    rgb_.setTo(cv::Scalar(220, 225, 230));
    outline_.setTo(0);
    cv::rectangle(rgb_, {160, 160}, {240, 399}, cv::Scalar(70, 50, 30), -1);
    cv::line(rgb_, {160, 180}, {154, 170}, cv::Scalar(70, 50, 30), 3);
    outline_(cv::Rect(163, 163, 75, 237)).setTo(255);
    const auto mask = refined();
    EXPECT_EQ(mask.at<uchar>(200, 161), 255) << "the outline was drawn too far inside";
    EXPECT_EQ(mask.at<uchar>(174, 157), 255) << "strand";
    EXPECT_EQ(mask.at<uchar>(200, 150), 0) << "wall";
}

TEST_F(RefineOutline, MovesToTheEdge) {
    outline_.setTo(0);
    outline_(cv::Rect(114, 94, 172, 306)).setTo(255);  // too generous
    const auto mask = refined();
    EXPECT_GE(cv::countNonZero(mask(kTorso)), kAll);
    EXPECT_LE(cv::countNonZero(mask), kTorso.area());
}

TEST_F(RefineOutline, LeavesStripesOfTheWallsColour) {
    for (int y = 100; y < 400; y += 40) paint({120, y, 160, 20}, kWall);
    const auto mask = refined();
    EXPECT_GE(cv::countNonZero(mask(kTorso)), kAll);
}

TEST_F(RefineOutline, FillsNotchesThatAreNotTheWall) {
    for (int y = 100; y < 400; y += 40) {
        paint({120, y, 160, 20}, kWhite);
        if (y < 380) paint({120, y + 20, 160, 20}, kBlue);
        outline_(cv::Rect(120, y, 15, 20)).setTo(0);  // taken for wall by whoever drew the outline
    }
    const auto mask = refined();
    EXPECT_EQ(mask.at<uchar>(190, 128), 255);
    EXPECT_EQ(mask.at<uchar>(190, 110), 0);
}

TEST_F(RefineOutline, KeepsAShirtThatIsBrighterThanTheWall) {
    paint(kTorso, kWhite);
    paint({180, 100, 40, 60}, kSkin);
    const auto mask = refined();
    EXPECT_GE(cv::countNonZero(mask(kTorso)), kAll);
}

TEST_F(RefineOutline, OpensNotches) {
    paint({260, 200, 20, 24}, kWall);  // the outline closed it
    const auto mask = refined();
    EXPECT_EQ(mask.at<uchar>(212, 264), 0);
    EXPECT_EQ(mask.at<uchar>(212, 255), 255);
}

TEST_F(RefineOutline, OpensGapsBetweenBareArmsAndTheBody) {
    const cv::Rect arm(120, 120, 24, 200), gap(144, 160, 14, 120);
    paint(arm, kSkin);
    paint(gap, kWall);
    cv::Mat skin = cv::Mat::zeros(400, 400, CV_8UC1);
    skin(arm).setTo(255);
    EXPECT_EQ(refined(skin).at<uchar>(220, 150), 0);
    EXPECT_EQ(refined(skin).at<uchar>(220, 130), 255) << "arm";
    EXPECT_EQ(refined().at<uchar>(220, 150), 255) << "without skin beside it, it is a stripe";
}

TEST_F(RefineOutline, LeavesPrintsOfTheWallsColour) {
    paint({190, 200, 30, 30}, kWall);
    EXPECT_EQ(refined().at<uchar>(215, 205), 255);
}

/// A highlight on skin may have the wall's colour, but it has no edge.
TEST_F(RefineOutline, LeavesHighlightsOnSkin) {
    paint(kTorso, kSkin);
    cv::Mat skin = cv::Mat::zeros(400, 400, CV_8UC1);
    skin(kTorso).setTo(255);
    cv::Mat light(400, 400, CV_32FC1, cv::Scalar(0));
    cv::circle(light, {200, 250}, 16, cv::Scalar(1), -1);
    cv::GaussianBlur(light, light, {0, 0}, 8);
    for (int y = 200; y < 300; ++y) {
        for (int x = 150; x < 250; ++x) {
            auto& pixel = rgb_.at<cv::Vec3b>(y, x);
            const float share = std::min(1.0F, 1.2F * light.at<float>(y, x));
            for (int c = 0; c < 3; ++c) {
                pixel[c] = cv::saturate_cast<uchar>((1 - share) * static_cast<float>(kSkin[c]) +
                                                    share * static_cast<float>(kWall[c]));
            }
        }
    }
    ASSERT_LT(cv::norm(rgb_.at<cv::Vec3b>(250, 200), cv::Vec3b(205, 200, 195)), 8);
    EXPECT_EQ(refined(skin).at<uchar>(250, 200), 255);
}

}  // namespace
}  // namespace atelier::test
