#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <vips/vips8>

#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

Result<EncodedImage> normalise(const Bytes& upload, ImageLimits limits = {.min_side = 64}) {
    return imaging().normalise(upload, limits);
}

TEST(Normalise, KeepsJpegAndItsPixels) {
    const auto picture = scene(320, 480);
    const auto result = normalise(encoded(picture, ".jpg[Q=98,subsample-mode=off]"));
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->content_type, "image/jpeg");
    EXPECT_EQ(result->size, (Size{320, 480}));
    EXPECT_LT(difference(decoded(*result), picture), 3);
}

TEST(Normalise, KeepsPngBitForBit) {
    const auto picture = scene(300, 200);
    const auto result = normalise(encoded(picture, ".png"));
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->content_type, "image/png");
    EXPECT_EQ(difference(decoded(*result), picture), 0);
}

class Orientation : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Exif, Orientation, testing::Range(1, 9));

TEST_P(Orientation, IsAppliedAndForgotten) {
    const auto picture = scene(320, 480);
    for (const char* suffix : {".jpg[Q=95]", ".webp[Q=95]"}) {
        const auto result = normalise(withOrientation(picture, GetParam(), suffix));
        ASSERT_THAT(result, isOk()) << suffix;
        EXPECT_EQ(result->size, (Size{320, 480})) << suffix;
        EXPECT_LT(difference(decoded(*result), picture), 4) << suffix;
        EXPECT_FALSE(result->bytes->contains("Exif") || result->bytes->contains("EXIF")) << suffix;
    }
}

TEST(Normalise, BringsCmykToSrgb) {
    const auto picture = scene(320, 240);
    const auto result = normalise(cmykJpeg(picture));
    ASSERT_THAT(result, isOk());
    const auto pixels = decoded(*result);
    ASSERT_EQ(pixels.channels(), 3);
    EXPECT_LT(difference(pixels, picture), 14) << "print colours are fewer, but not others";
}

TEST(Normalise, BringsOtherProfilesToSrgb) {
    const auto picture = scene(320, 240);
    const auto result = normalise(displayP3Jpeg(picture));
    ASSERT_THAT(result, isOk());
    EXPECT_LT(difference(decoded(*result), picture), 4);
    const auto again =
        vips::VImage::new_from_buffer(result->bytes->data(), result->bytes->size(), "");
    EXPECT_EQ(again.get_typeof(VIPS_META_ICC_NAME), 0U);
}

TEST(Normalise, Brings16BitTo8) {
    const auto picture = scene(320, 240);
    const auto result = normalise(png16(picture));
    ASSERT_THAT(result, isOk());
    EXPECT_LE(difference(decoded(*result), picture), 1);
}

TEST(Normalise, BringsGreyToColour) {
    const auto result = normalise(greyJpeg(scene(320, 240)));
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(decoded(*result).channels(), 3);
}

TEST(Normalise, KeepsTransparencyOfPngAndWebp) {
    for (const char* suffix : {".png", ".webp[lossless]"}) {
        const auto result = normalise(transparentPng(scene(320, 240), suffix));
        ASSERT_THAT(result, isOk()) << suffix;
        const auto pixels = decoded(*result);
        ASSERT_EQ(pixels.channels(), 4) << suffix;
        EXPECT_EQ(pixels.at<cv::Vec4b>(10, 10)[3], 0) << suffix;
        EXPECT_EQ(pixels.at<cv::Vec4b>(10, 300)[3], 255) << suffix;
    }
}

TEST(Normalise, KeepsTransparencyOfAPalette) {
    const auto palette = transparentPng(scene(320, 240), ".png[palette]");
    const auto result = normalise(palette);
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(decoded(*result).at<cv::Vec4b>(10, 10)[3], 0);
}

TEST(Normalise, TakesTheFirstFrameOfAnAnimation) {
    cv::Mat first(128, 128, CV_8UC3, cv::Scalar(250, 10, 10)),
        second(128, 128, CV_8UC3, cv::Scalar(10, 10, 250));
    const auto result = normalise(animatedGif({first, second, second}));
    ASSERT_THAT(result, isOk());
    EXPECT_EQ(result->content_type, "image/png");
    EXPECT_EQ(result->size, (Size{128, 128}));
    EXPECT_GT(decoded(*result).reshape(1).at<uchar>(64, 0), 200);
}

TEST(Normalise, DropsMetadataHoweverMuchThereIs) {
    const auto picture = encoded(scene(320, 240), ".jpg");
    const auto upload = withMetadata(picture, 4);
    ASSERT_GT(upload.size(), 4'000'000U);
    const auto result = normalise(upload);
    ASSERT_THAT(result, isOk());
    EXPECT_LT(result->bytes->size(), 100'000U);
}

TEST(Normalise, DropsWhatFollowsThePicture) {
    const auto polyglot = encoded(scene(320, 240), ".jpg") + "PK\x03\x04<script>alert(1)</script>";
    const auto result = normalise(polyglot);
    ASSERT_THAT(result, isOk());
    EXPECT_FALSE(result->bytes->contains("<script>"));
}

}  // namespace
}  // namespace atelier::test
