#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "imaging/decode.h"
#include "imaging/face_finder.h"
#include "imaging/figures.h"
#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

constexpr const char* kSkip = "the shared photos are not installed (ATELIER_PHOTOS)";
const std::vector<std::string> kWithReference{"person_1", "person_00008_00", "person_00055_00"};
const std::vector<std::string> kWithoutFace{"person_full_049205", "person_full_052964"};

cv::Mat channel(const cv::Mat& pixels) {
    cv::Mat band;
    cv::extractChannel(pixels, band, 0);
    return band > 127;
}

double shareOf(const cv::Mat& part, const cv::Mat& whole) {
    return static_cast<double>(cv::countNonZero(part)) / cv::countNonZero(whole);
}

TEST(AutoMask, MeetsTheReferenceMasks) {
    double iou = 0, recall = 0;
    for (const auto& name : kWithReference) {
        const auto person = photo(name + ".jpg"), drawn = photo(name + "_upper_mask.png");
        if (!person || !drawn) {
            GTEST_SKIP() << kSkip;
        }
        const auto result = imaging().autoMask(*person, Category::UpperBody);
        ASSERT_THAT(result, isOk());
        EXPECT_GE(result->confidence, 0.5);
        const auto mask = channel(decoded(result->mask)), reference = channel(decoded(*drawn));
        const double overlap = shareOf(mask & reference, mask | reference),
                     found = shareOf(mask & reference, reference);
        EXPECT_GE(overlap, 0.78) << name;
        EXPECT_GE(found, 0.88) << name << ": hair over the clothes and hands are kept on purpose";
        iou += overlap / static_cast<double>(kWithReference.size());
        recall += found / static_cast<double>(kWithReference.size());
    }
    EXPECT_GE(iou, 0.80);
    EXPECT_GE(recall, 0.92);
}

TEST(AutoMask, LeavesFacesAlone) {
    const imaging::FaceFinder faces{std::string(VipsImaging::kCascades)};
    for (const auto& name : kWithReference) {
        const auto person = photo(name + ".jpg");
        if (!person) {
            GTEST_SKIP() << kSkip;
        }
        const auto pixels = imaging::loadFitted(*person, {1024, 1024}, imaging::Fit::Inside);
        ASSERT_THAT(pixels, isOk());
        const auto face = faces.find(pixels->mat());
        ASSERT_TRUE(face) << name;
        cv::Mat ellipse(pixels->mat().size(), CV_8UC1, cv::Scalar(0));
        const auto middle = (face->box.tl() + face->box.br()) / 2;
        cv::ellipse(ellipse, cv::Point(middle),
                    cv::Size(cvRound(face->box.width / 2), cvRound(face->box.height / 2)),
                    face->tilt, 0, 360, cv::Scalar(255), -1);
        for (const auto category :
             {Category::UpperBody, Category::Outerwear, Category::Dress, Category::FullBody}) {
            const auto result = imaging().autoMask(*person, category);
            ASSERT_THAT(result, isOk());
            EXPECT_LE(shareOf(channel(decoded(result->mask)) & ellipse, ellipse), 0.005) << name;
        }
    }
}

TEST(AutoMask, CoversEveryCategoryInEveryPhoto) {
    for (const auto* names : {&kWithReference, &kWithoutFace}) {
        for (const auto& name : *names) {
            const auto person = photo(name + ".jpg");
            if (!person) {
                GTEST_SKIP() << kSkip;
            }
            for (int category = 0; category <= static_cast<int>(Category::Accessory); ++category) {
                const auto result = imaging().autoMask(*person, static_cast<Category>(category));
                ASSERT_THAT(result, isOk()) << name << " " << category;
                const double covered = cv::mean(channel(decoded(result->mask)))[0] / 255;
                EXPECT_GT(covered, 0.002) << name << " " << category;
                EXPECT_LT(covered, 0.7) << name << " " << category;
                EXPECT_TRUE(result->confidence >= 0.5 || !result->warnings.empty())
                    << name << " " << category;
            }
        }
    }
}

TEST(AutoMask, HasNoHolesAndIslandsTooSmallToMeanAnything) {
    std::vector<Bytes> people{*imaging::drawDefaultFigure().bytes};
    for (const auto* names : {&kWithReference, &kWithoutFace})
        for (const auto& name : *names)
            if (auto person = photo(name + ".jpg")) people.push_back(std::move(*person));
    for (const auto& person : people) {
        for (const auto category : {Category::UpperBody, Category::Dress, Category::LowerBody}) {
            const auto result = imaging().autoMask(person, category);
            ASSERT_THAT(result, isOk());
            const auto mask = channel(decoded(result->mask));
            for (const cv::Mat& side : {mask, cv::Mat(~mask)}) {
                cv::Mat labels, stats, centres;
                const int count = cv::connectedComponentsWithStats(side, labels, stats, centres);
                for (int i = 1; i < count; ++i) EXPECT_GE(stats.at<int>(i, cv::CC_STAT_AREA), 100);
            }
        }
    }
}

TEST(AutoMask, WarnsWithoutAFaceAndStillCoversTheGarment) {
    for (const auto& name : kWithoutFace) {
        const auto person = photo(name + ".jpg");
        if (!person) {
            GTEST_SKIP() << kSkip;
        }
        const auto result = imaging().autoMask(*person, Category::UpperBody);
        ASSERT_THAT(result, isOk());
        EXPECT_FALSE(result->warnings.empty());
        const auto mask = channel(decoded(result->mask));
        const cv::Rect chest(330, 150, 120, 200), shins(300, 800, 180, 120);
        EXPECT_GT(cv::mean(mask(chest))[0], 250) << name;
        EXPECT_EQ(cv::countNonZero(mask(shins)), 0) << name;
    }
}

TEST(AutoMask, SeparatesUpperFromLower) {
    const auto figure = imaging::drawDefaultFigure();
    const auto upper = imaging().autoMask(*figure.bytes, Category::UpperBody);
    const auto lower = imaging().autoMask(*figure.bytes, Category::LowerBody);
    ASSERT_THAT(upper, isOk());
    ASSERT_THAT(lower, isOk());
    const cv::Point chest(384, 450), knee(320, 900), face(384, 160), hand(184, 760);
    const auto top = channel(decoded(upper->mask)), bottom = channel(decoded(lower->mask));
    EXPECT_EQ(top.at<uchar>(chest), 255);
    EXPECT_EQ(top.at<uchar>(knee), 0);
    EXPECT_EQ(bottom.at<uchar>(chest), 0);
    EXPECT_EQ(bottom.at<uchar>(knee), 255);
    for (const auto& mask : {top, bottom}) {
        EXPECT_EQ(mask.at<uchar>(face), 0);
        EXPECT_EQ(mask.at<uchar>(hand), 0);
    }
}

TEST(AutoMask, HasThePhotosSize) {
    const auto figure = imaging::drawDefaultFigure();
    cv::Mat large;
    cv::resize(decoded(figure), large, {1800, 2400}, 0, 0, cv::INTER_CUBIC);
    const auto result = imaging().autoMask(encoded(large, ".jpg"), Category::UpperBody);
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->mask.size, (Size{1800, 2400}));
    EXPECT_EQ(decoded(result->mask).channels(), 1);
}

TEST(AutoMask, IsTheSameEveryTime) {
    const auto figure = imaging::drawDefaultFigure();
    EXPECT_EQ(*imaging().autoMask(*figure.bytes, Category::Dress)->mask.bytes,
              *imaging().autoMask(*figure.bytes, Category::Dress)->mask.bytes);
}

TEST(AutoMask, FindsNobodyInAnEmptyPicture) {
    const cv::Mat wall(600, 400, CV_8UC3, cv::Scalar(200, 205, 210));
    EXPECT_THAT(imaging().autoMask(encoded(wall, ".png"), Category::UpperBody),
                failsWith(ErrorCode::NoPersonFound));
}

TEST(AutoMask, FindsNobodyInALandscape) {
    cv::Mat landscape(600, 900, CV_8UC3, cv::Scalar(120, 170, 230));
    landscape.rowRange(330, 600).setTo(cv::Scalar(60, 130, 50));
    cv::RNG random(5);
    for (int i = 0; i < 400; ++i) {
        const cv::Point at(random.uniform(0, 900), random.uniform(320, 600));
        cv::circle(landscape, at, random.uniform(3, 25),
                   cv::Scalar(random.uniform(30, 90), random.uniform(90, 160), 40), -1,
                   cv::LINE_AA);
    }
    EXPECT_THAT(imaging().autoMask(encoded(landscape, ".jpg"), Category::Dress),
                failsWith(ErrorCode::NoPersonFound));
}

}  // namespace
}  // namespace atelier::test
