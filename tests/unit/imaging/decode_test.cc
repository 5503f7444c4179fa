#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <vips/vips8>

#include "support/matchers.h"
#include "unit/imaging/samples.h"

using testing::HasSubstr;

namespace atelier::test {
namespace {

struct Refusal {
    std::string name;
    std::function<Bytes()> upload;
    ErrorCode code;
    std::string says;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
    *out << refusal.name;
}

Bytes cut(const Bytes& whole, double share) {
    return whole.substr(0, static_cast<std::size_t>(static_cast<double>(whole.size()) * share));
}

const auto kPicture = [](const char* suffix) {
    return [=] { return encoded(scene(400, 300), suffix); };
};
const auto kCut = [](const char* suffix, double share) {
    return [=] { return cut(encoded(scene(400, 300), suffix), share); };
};
const auto kText = [](std::string text) { return [=] { return text; }; };

const std::vector<Refusal> kRefusals{
    {"empty", kText(""), ErrorCode::ImageUndecodable, "0 bytes"},
    {"text", kText("hello, I am a picture"), ErrorCode::UnsupportedMediaType,
     "JPEG, PNG, WebP and GIF"},
    {"svg", kText("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
     ErrorCode::UnsupportedMediaType, "SVG"},
    {"pdf", kText("%PDF-1.7\n"), ErrorCode::UnsupportedMediaType, "PDF"},
    {"heic", kText(std::string("\0\0\0\x18", 4) + "ftypheic" + std::string(32, '\0')),
     ErrorCode::UnsupportedMediaType, "HEIC"},
    {"heic_sequence", kText(std::string("\0\0\0\x18", 4) + "ftyphevc" + std::string(32, '\0')),
     ErrorCode::UnsupportedMediaType, "HEIC"},
    {"heic_of_layers", kText(std::string("\0\0\0\x18", 4) + "ftypheim" + std::string(32, '\0')),
     ErrorCode::UnsupportedMediaType, "HEIC"},
    {"avif_sequence", kText(std::string("\0\0\0\x18", 4) + "ftypavis" + std::string(32, '\0')),
     ErrorCode::UnsupportedMediaType, "AVIF"},
    {"video", kText(std::string("\0\0\0\x18", 4) + "ftypisom" + std::string(32, '\0')),
     ErrorCode::UnsupportedMediaType, "video"},
    {"tiff", kPicture(".tif"), ErrorCode::UnsupportedMediaType, "TIFF"},
    {"html", kText("<!DOCTYPE html><html></html>"), ErrorCode::UnsupportedMediaType, "HTML"},
    {"jpeg_cut", kCut(".jpg", 0.5), ErrorCode::ImageUndecodable, "cut off"},
    {"jpeg_header_only", kCut(".jpg", 0.01), ErrorCode::ImageUndecodable, "cut off"},
    {"png_cut", kCut(".png", 0.5), ErrorCode::ImageUndecodable, "cut off"},
    {"png_cut_late", kCut(".png", 0.95), ErrorCode::ImageUndecodable, "cut off"},
    {"webp_cut", kCut(".webp", 0.5), ErrorCode::ImageUndecodable, "cut off"},
    {"gif_cut", kCut(".gif", 0.5), ErrorCode::ImageUndecodable, "cut off"},
    {"png_magic_only", kText("\x89PNG\r\n\x1A\n"), ErrorCode::ImageUndecodable, "damaged"},
    {"bomb", [] { return pngBomb(50'000, 50'000); }, ErrorCode::ImageTooManyPixels, "50000×50000"},
    {"wide_bomb", [] { return pngBomb(2'000'000'000, 1); }, ErrorCode::ImageUndecodable, ""},
    {"zero_sized", [] { return pngBomb(0, 0); }, ErrorCode::ImageUndecodable, ""},
    {"small", [] { return encoded(scene(255, 600), ".png"); }, ErrorCode::ImageTooSmall,
     "at least 256"},
};

class BadInput : public testing::TestWithParam<Refusal> {};
INSTANTIATE_TEST_SUITE_P(Uploads, BadInput, testing::ValuesIn(kRefusals),
                         [](const auto& test) { return test.param.name; });

TEST_P(BadInput, IsRefusedByName) {
    imaging();
    const auto result = imaging().normalise(GetParam().upload(), {});
    ASSERT_THAT(result, failsWith(GetParam().code));
    EXPECT_THAT(result.error().detail, HasSubstr(GetParam().says));
}

TEST(Decode, LooksAtContentNotAtNames) {
    for (const char* suffix : {".jpg", ".png", ".webp", ".gif"}) {
        EXPECT_THAT(imaging().normalise(encoded(scene(300, 300), suffix), {}), isOk()) << suffix;
    }
}

TEST(Decode, OpensNothingButTheFourFormats) {
    imaging();
    const auto tiff = encoded(scene(300, 300), ".tif");
    EXPECT_THROW(vips::VImage::new_from_buffer(tiff.data(), tiff.size(), ""), vips::VError);
}

TEST(Shrink, FitsTheLongestSideAndNeverEnlarges) {
    const auto large = imaging().shrink(encoded(scene(1200, 800), ".jpg"), 300, ImageFormat::Webp);
    ASSERT_THAT(large, isOk());
    EXPECT_EQ(large->size, (Size{300, 200}));
    EXPECT_EQ(large->content_type, "image/webp");
    const auto small = imaging().shrink(encoded(scene(120, 80), ".png"), 300, ImageFormat::Jpeg);
    ASSERT_THAT(small, isOk());
    EXPECT_EQ(small->size, (Size{120, 80}));
}

TEST(Shrink, TurnsUpright) {
    const auto picture = scene(800, 1200);
    cv::Mat small;
    cv::resize(picture, small, {200, 300}, 0, 0, cv::INTER_AREA);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const auto result =
            imaging().shrink(withOrientation(picture, orientation), 300, ImageFormat::Png);
        ASSERT_THAT(result, isOk());
        EXPECT_LT(difference(decoded(*result), small), 4) << orientation;
    }
}

TEST(Shrink, ShowsTransparencyAsWhiteInJpeg) {
    const auto result = imaging().shrink(transparentPng(scene(400, 300)), 200, ImageFormat::Jpeg);
    ASSERT_THAT(result, isOk());
    EXPECT_GT(decoded(*result).at<cv::Vec3b>(100, 20)[0], 250);
}

TEST(Convert, ChangesTheFormatOnly) {
    const auto picture = scene(300, 200);
    for (const auto& [format, type] : {std::pair{ImageFormat::Jpeg, "image/jpeg"},
                                       {ImageFormat::Png, "image/png"},
                                       {ImageFormat::Webp, "image/webp"}}) {
        const auto result = imaging().convert(encoded(picture, ".png"), format);
        ASSERT_THAT(result, isOk());
        EXPECT_EQ(result->content_type, type);
        EXPECT_LT(difference(decoded(*result), picture), 6);
    }
}

}  // namespace
}  // namespace atelier::test
