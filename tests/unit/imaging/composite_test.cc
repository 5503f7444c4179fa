#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "imaging/seam.h"
#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

/// One try-on up to the provider's answer.
class Composite : public testing::Test {
  protected:
    void prepare(Size size) {
        person_ = scene(size.width, size.height);
        mask_ = ellipseMask(size.width, size.height);
        person_png_ = encoded(person_, ".png");
        mask_png_ = encoded(mask_, ".png");
        const auto made =
            imaging().diptych(encoded(scene(512, 512), ".png"), person_png_, mask_png_);
        ASSERT_THAT(made, isOk());
        diptych_ = *made;
        canvas_ = decoded(diptych_.canvas);
    }

    /// The canvas with a striped garment painted where the mask is white.
    cv::Mat repainted(cv::Scalar colour = {20, 160, 60}) const {
        cv::Mat answer = canvas_.clone(), mask;
        cv::extractChannel(decoded(diptych_.mask), mask, 0);
        answer.setTo(colour, mask);
        return answer;
    }

    Result<EncodedImage> composite(const Bytes& answer,
                                   ImageFormat format = ImageFormat::Png) const {
        return imaging().composite(person_png_, mask_png_, answer, diptych_.person,
                                   diptych_.canvas.size, format);
    }

    /// Pixels outside the mask that are not the original's.
    int changedOutside(const cv::Mat& result) const {
        cv::Mat delta, grey;
        cv::absdiff(result, person_, delta);
        cv::transform(delta, grey, cv::Matx13f(1, 1, 1));
        grey.setTo(0, mask_);
        return cv::countNonZero(grey);
    }

    cv::Mat person_, mask_, canvas_;
    Bytes person_png_, mask_png_;
    Diptych diptych_;
};

class CompositeSizes : public Composite, public testing::WithParamInterface<Size> {};
INSTANTIATE_TEST_SUITE_P(Photos, CompositeSizes,
                         testing::Values(Size{768, 1024}, Size{1500, 2001}, Size{300, 420},
                                         Size{2048, 900}));

TEST_P(CompositeSizes, ChangesNoPixelOutsideTheMask) {
    prepare(GetParam());
    const auto result = composite(encoded(repainted(), ".jpg[Q=90]"));
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->size, GetParam());
    const auto pixels = decoded(*result);
    EXPECT_EQ(changedOutside(pixels), 0);
    const auto middle = pixels.at<cv::Vec3b>(GetParam().height * 3 / 5, GetParam().width / 2);
    EXPECT_NEAR(middle[0], 20, 8);
    EXPECT_NEAR(middle[1], 160, 8);
}

TEST_F(Composite, LeavesNoStripOfTheOldBackgroundAroundAPerson) {
    prepare({768, 1024});
    const cv::Mat around = ~mask_;
    cv::Mat answer = person_.clone();
    const cv::Scalar night(10, 10, 40);
    answer.setTo(night, around);
    const auto result =
        imaging().composite(person_png_, encoded(around, ".png"), encoded(answer, ".png"),
                            {0, 0, 768, 1024}, {768, 1024}, ImageFormat::Png);
    ASSERT_THAT(result, isOk());
    cv::Mat near, kept, delta;
    cv::dilate(mask_, near, cv::Mat(), {-1, -1}, 3);
    cv::absdiff(decoded(*result), cv::Mat(person_.size(), CV_8UC3, night), delta);
    EXPECT_LT(cv::mean(delta, ~near)[0], 3);
    cv::absdiff(decoded(*result), person_, kept);
    EXPECT_EQ(cv::sum(cv::mean(kept, mask_))[0], 0);
}

/// Of one place: a person with hair that stands off, by the share of the person in each pixel.
cv::Mat inFrontOf(const cv::Mat& share, cv::Scalar person, const cv::Mat& place) {
    cv::Mat out(share.size(), CV_8UC3);
    for (int y = 0; y < share.rows; ++y) {
        for (int x = 0; x < share.cols; ++x) {
            const double a = share.at<uchar>(y, x) / 255.0;
            for (int c = 0; c < 3; ++c)
                out.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<uchar>(
                    a * person[c] + (1 - a) * place.at<cv::Vec3b>(y, x)[c]);
        }
    }
    return out;
}

TEST_F(Composite, HairLetsTheNewBackgroundThrough) {
    const cv::Size size(768, 1024);
    const cv::Scalar hair(90, 60, 30);
    cv::Mat share(size, CV_8UC1, cv::Scalar(0)), hard;
    cv::circle(share, {384, 500}, 200, cv::Scalar(255), cv::FILLED);
    for (int i = 0; i < 360; i += 6) {
        const double angle = i * CV_PI / 180;
        const cv::Point2d way(std::cos(angle), std::sin(angle));
        cv::line(share, cv::Point2d(384, 500) + 195 * way, cv::Point2d(384, 500) + 207 * way,
                 cv::Scalar(255), 1, cv::LINE_AA);
    }
    cv::GaussianBlur(share, share, {}, 1.2);
    const cv::Mat wall(size, CV_8UC3, cv::Scalar(235, 238, 240));
    cv::Mat night = scene(size.width, size.height) * 0.3;
    cv::threshold(share, hard, 178, 255, cv::THRESH_BINARY_INV);  // as backgroundMask draws it
    const auto photo = inFrontOf(share, hair, wall), wanted = inFrontOf(share, hair, night);
    cv::Mat answer = photo.clone();
    night.copyTo(answer, hard);

    const auto result = imaging().composite(
        encoded(photo, ".png"), encoded(hard, ".png"), encoded(answer, ".png"),
        {0, 0, size.width, size.height}, {size.width, size.height}, ImageFormat::Png);
    ASSERT_THAT(result, isOk());
    const auto pixels = decoded(*result);
    cv::Mat mixed = (share > 20) & (share < 178), delta, kept;
    cv::absdiff(pixels, wanted, delta);
    EXPECT_LT(cv::mean(delta, mixed)[0], 12);
    cv::absdiff(photo, wanted, delta);
    EXPECT_GT(cv::mean(delta, mixed)[0], 60) << "what a photo cut out would show";
    cv::absdiff(pixels, photo, kept);
    EXPECT_EQ(cv::sum(cv::mean(kept, ~hard))[0], 0) << "the person's own pixels";
}

TEST_F(Composite, ReturnsAnIdenticalAnswerWithinOneGreyLevel) {
    prepare({768, 1024});
    const auto result = composite(encoded(canvas_, ".png"));
    ASSERT_THAT(result, isOk());
    EXPECT_LT(difference(decoded(*result), person_), 1);
}

TEST_F(Composite, BringsAnswersOfAnotherSizeBack) {
    prepare({768, 1024});
    for (const double scale : {0.5, 0.75, 1.5}) {
        cv::Mat answer;
        cv::resize(repainted(), answer, {}, scale, scale, cv::INTER_AREA);
        const auto result = composite(encoded(answer, ".webp[Q=95]"));
        ASSERT_THAT(result, isOk()) << scale;
        EXPECT_EQ(changedOutside(decoded(*result)), 0) << scale;
    }
}

TEST_F(Composite, CorrectsShiftsAndScales) {
    prepare({768, 1024});
    for (const auto& [scale, dx, dy] :
         {std::tuple{1.0, 9.0, -6.0}, {1.02, 0.0, 4.0}, {0.98, -5.0, 0.0}}) {
        const cv::Mat moved = (cv::Mat_<double>(2, 3) << scale, 0, dx, 0, scale, dy);
        cv::Mat answer = canvas_.clone();
        auto part = answer(
            cv::Rect(diptych_.person.left, 0, diptych_.person.width, diptych_.person.height));
        cv::Mat shifted;
        cv::warpAffine(part, shifted, moved, part.size(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
        shifted.copyTo(part);
        const auto result = composite(encoded(answer, ".png"));
        ASSERT_THAT(result, isOk());
        EXPECT_LT(difference(decoded(*result), person_), 1.5) << scale << " " << dx << " " << dy;
    }
}

TEST_F(Composite, RefusesBlackAndFlatAnswers) {
    prepare({768, 1024});
    for (const auto& colour : {cv::Scalar::all(0), cv::Scalar::all(255), cv::Scalar(200, 30, 30)}) {
        const cv::Mat flat(canvas_.size(), CV_8UC3, colour);
        EXPECT_THAT(composite(encoded(flat, ".jpg")), failsWith(ErrorCode::ProviderBadAnswer));
    }
}

TEST_F(Composite, RefusesAnswersThatAreNoPictures) {
    prepare({768, 1024});
    const auto whole = encoded(repainted(), ".jpg");
    EXPECT_THAT(composite("<html>502</html>"), failsWith(ErrorCode::ProviderBadAnswer));
    EXPECT_THAT(composite(""), failsWith(ErrorCode::ProviderBadAnswer));
    EXPECT_THAT(composite(whole.substr(0, whole.size() / 3)),
                failsWith(ErrorCode::ProviderBadAnswer));
}

TEST_F(Composite, RefusesAnswersOfOtherProportions) {
    prepare({768, 1024});
    EXPECT_THAT(composite(encoded(scene(768, 1024), ".jpg")),
                failsWith(ErrorCode::ProviderBadAnswer));
}

TEST_F(Composite, RefusesAnotherPicture) {
    prepare({768, 1024});
    cv::Mat answer;
    cv::flip(canvas_, answer, 0);
    EXPECT_THAT(composite(encoded(answer, ".jpg")), failsWith(ErrorCode::ProviderMisaligned));
}

TEST_F(Composite, KeepsTransparency) {
    prepare({768, 1024});
    person_png_ = transparentPng(person_);
    const auto made = imaging().diptych(encoded(scene(512, 512), ".png"), person_png_, mask_png_);
    ASSERT_THAT(made, isOk());
    const auto result = composite(*made->canvas.bytes);
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(decoded(*result).at<cv::Vec4b>(10, 10)[3], 0);
}

TEST_P(CompositeSizes, ItsThumbnailIsThatOfTheEncodedResult) {
    prepare(GetParam());
    const auto result = composite(encoded(repainted(), ".png"));
    ASSERT_THAT(result, isOk());
    for (const int edge : {96, 384, 700}) {
        const auto spared = imaging().thumbnail(*result, edge, ImageFormat::Png);
        const auto made = imaging().shrink(*result->bytes, edge, ImageFormat::Png);
        ASSERT_THAT(spared, isOk());
        ASSERT_EQ(spared->size, made->size);
        EXPECT_LT(difference(decoded(*spared), decoded(*made)), 3) << edge;
    }
}

TEST_F(Composite, ThumbnailsKeepTransparency) {
    prepare({1300, 1400});
    person_png_ = transparentPng(person_);
    const auto made = imaging().diptych(encoded(scene(512, 512), ".png"), person_png_, mask_png_);
    ASSERT_THAT(made, isOk());
    const auto result = composite(*made->canvas.bytes);
    ASSERT_THAT(result, isOk());
    const auto pixels = decoded(*imaging().thumbnail(*result, 384, ImageFormat::Webp));
    ASSERT_EQ(pixels.channels(), 4);
    EXPECT_EQ(pixels.at<cv::Vec4b>(10, 10)[3], 0);
    EXPECT_EQ(pixels.at<cv::Vec4b>(10, 350)[3], 255);
}

TEST_F(Composite, MatchesTheAnswersColourAtTheSeam) {
    prepare({768, 1024});
    const cv::Mat darker = canvas_ - cv::Scalar(12, 6, 10);
    const auto result = composite(encoded(darker, ".png"));
    ASSERT_THAT(result, isOk());
    cv::Mat ring, delta;
    cv::erode(mask_, ring, cv::getStructuringElement(cv::MORPH_ELLIPSE, {41, 41}));
    ring = mask_ & ~ring;
    cv::absdiff(decoded(*result), person_, delta);
    EXPECT_LT(cv::mean(delta, ring)[0], 4);
}

TEST(Feather, EndsExactlyAtTheMask) {
    imaging();
    const auto mask = ellipseMask(400, 300);
    const auto opacity = imaging::featherInwards(mask, 12);
    cv::Mat outside = opacity.clone();
    outside.setTo(0, mask);
    EXPECT_EQ(cv::countNonZero(outside), 0);
    EXPECT_EQ(opacity.at<uchar>(180, 200), 255);
}

}  // namespace
}  // namespace atelier::test
