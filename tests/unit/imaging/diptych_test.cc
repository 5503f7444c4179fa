#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "imaging/diptych.h"
#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

Result<Diptych> make(Size person, Size garment = {768, 1024}) {
    return imaging().diptych(encoded(scene(garment.width, garment.height), ".png"),
                             encoded(scene(person.width, person.height), ".png"),
                             encoded(ellipseMask(person.width, person.height), ".png"));
}

struct Case {
    Size person, garment;
};

class AnySizes : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Sizes, AnySizes,
    testing::Values(Case{{768, 1024}, {768, 1024}}, Case{{1024, 768}, {600, 1600}},
                    Case{{256, 256}, {300, 256}}, Case{{3000, 4000}, {768, 1024}},
                    Case{{1999, 777}, {777, 1999}}, Case{{256, 2560}, {512, 512}}));

TEST_P(AnySizes, SqueezeNothing) {
    const auto [person, garment] = GetParam();
    const auto result = make(person, garment);
    ASSERT_THAT(result, isOk());
    const auto& [canvas, mask, place] = *result;
    EXPECT_EQ(canvas.size, mask.size);
    EXPECT_EQ(canvas.size.width % 32, 0);
    EXPECT_EQ(canvas.size.height % 16, 0);
    EXPECT_LE(std::max(canvas.size.width / 2, canvas.size.height), 1024);
    EXPECT_GE(std::min(canvas.size.width / 2, canvas.size.height), 256);
    const double before = static_cast<double>(person.width) / person.height;
    EXPECT_NEAR(static_cast<double>(place.width) / place.height / before, 1, 0.006);
    EXPECT_GE(place.left, canvas.size.width / 2);
    EXPECT_LE(place.left + place.width, canvas.size.width);
    EXPECT_LE(place.top + place.height, canvas.size.height);
}

TEST(Diptych, ShowsTheGarmentLeftAndThePersonRight) {
    const auto result = make({768, 1024}, {768, 1024});
    ASSERT_THAT(result, isOk());
    const auto canvas = decoded(result->canvas);
    EXPECT_EQ(canvas.size(), cv::Size(1536, 1024));
    EXPECT_LT(difference(canvas.colRange(0, 768).clone(), scene(768, 1024)), 1);
    EXPECT_LT(difference(canvas.colRange(768, 1536).clone(), scene(768, 1024)), 1);
}

TEST(Diptych, MasksNothingOfTheGarment) {
    const auto result = make({768, 1024});
    ASSERT_THAT(result, isOk());
    cv::Mat mask;
    cv::extractChannel(decoded(result->mask), mask, 0);
    EXPECT_EQ(cv::countNonZero(mask.colRange(0, 768)), 0);
    EXPECT_EQ(difference(mask.colRange(768, 1536).clone(), ellipseMask(768, 1024)), 0);
}

TEST(Diptych, PadsAGarmentOfOtherProportionsWithWhite) {
    const auto result = make({768, 1024}, {1024, 256});
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(decoded(result->canvas).at<cv::Vec3b>(20, 400), cv::Vec3b(255, 255, 255));
}

TEST(Diptych, PutsATransparentGarmentOnWhite) {
    const auto result =
        imaging().diptych(transparentPng(scene(768, 1024)), encoded(scene(768, 1024), ".jpg"),
                          encoded(ellipseMask(768, 1024), ".png"));
    ASSERT_THAT(result, isOk());
    EXPECT_GT(decoded(result->canvas).at<cv::Vec3b>(500, 100)[2], 250);
}

TEST(Diptych, EnlargesSmallPhotos) {
    EXPECT_EQ(imaging::planPanel({256, 384}).person, (Size{512, 768}));
    EXPECT_EQ(imaging::planPanel({3000, 4000}).person, (Size{768, 1024}));
    EXPECT_EQ(imaging::planPanel({900, 700}).person, (Size{900, 700}));
    EXPECT_EQ(imaging::planPanel({900, 700}).panel, (Size{912, 704}));
}

TEST(Diptych, FailsOnDamagedPictures) {
    const auto whole = encoded(scene(768, 1024), ".jpg");
    const auto half = whole.substr(0, whole.size() / 2);
    const auto mask = encoded(ellipseMask(768, 1024), ".png");
    EXPECT_THAT(imaging().diptych(half, whole, mask), failsWith(ErrorCode::ImageUndecodable));
    EXPECT_THAT(imaging().diptych(whole, half, mask), failsWith(ErrorCode::ImageUndecodable));
    EXPECT_THAT(imaging().diptych(whole, whole, "nothing"),
                failsWith(ErrorCode::UnsupportedMediaType));
}

}  // namespace
}  // namespace atelier::test
