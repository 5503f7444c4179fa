#include "emulator/paint/painter.h"

#include <opencv2/imgproc.hpp>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "contract/check.h"
#include "emulator/paint/figure.h"
#include "emulator/paint/sizes.h"

namespace atelier::emulator::paint {
namespace {

Order order(std::string_view path, const char* fields, std::vector<NamedImage> images = {}) {
    Order out;
    out.endpoint = contract::Contract::bfl().find(path);
    out.fields = contract::coerce(*out.endpoint, boost::json::parse(fields).as_object());
    std::vector<Size> sizes;
    for (const auto& image : images)
        if (image.field != "mask") sizes.push_back(*sizeOf(image.bytes));
    out.images = std::move(images);
    out.output = outputSize(*out.endpoint, out.fields, sizes);
    out.seed = 7;
    return out;
}

cv::Mat painted(const Order& wanted) {
    return decodeRgb(paint(wanted));
}

double difference(const cv::Mat& a, const cv::Mat& b, const cv::Mat& where) {
    cv::Mat apart, grey;
    cv::absdiff(a, b, apart);
    cv::cvtColor(apart, grey, cv::COLOR_RGB2GRAY);
    return cv::mean(grey, where)[0];
}

/// A teal shirt on white.
cv::Mat garment(cv::Size size) {
    cv::Mat photo(size, CV_8UC3, cv::Scalar::all(250));
    cv::rectangle(photo, cv::Rect(size.width / 4, size.height / 4, size.width / 2, size.height / 2),
                  cv::Scalar(20, 150, 140), cv::FILLED);
    return photo;
}

struct Diptych {
    cv::Mat canvas, mask;
};

Diptych diptych() {
    const cv::Size panel(384, 512);
    Diptych out{cv::Mat(panel.height, 2 * panel.width, CV_8UC3),
                cv::Mat(panel.height, 2 * panel.width, CV_8UC1, cv::Scalar(0))};
    garment(panel).copyTo(out.canvas.colRange(0, panel.width));
    paintFigure(panel, "a woman in a red t-shirt", 3)
        .copyTo(out.canvas.colRange(panel.width, 2 * panel.width));
    cv::ellipse(out.mask, {panel.width * 3 / 2, 260}, {90, 110}, 0, 0, 360, cv::Scalar(255),
                cv::FILLED);
    return out;
}

TEST(PaintTest, FillPutsTheGarmentIntoTheMaskAndKeepsTheRest) {
    const auto [canvas, mask] = diptych();
    cv::Mat mask_rgb;
    cv::merge(std::vector{mask, mask, mask}, mask_rgb);
    const auto wanted =
        order("/v1/flux-pro-1.0-fill", R"({"prompt":"a pair of pictures: garment and model"})",
              {{"image", encode(canvas, "png")}, {"mask", encode(mask_rgb, "png")}});
    const auto result = painted(wanted);
    ASSERT_EQ(result.size(), canvas.size());
    cv::Mat outside;
    cv::dilate(mask, outside, cv::Mat(), {-1, -1}, 6);
    EXPECT_LT(difference(result, canvas, ~outside), 2);
    cv::Mat core;
    cv::erode(mask, core, cv::Mat(), {-1, -1}, 30);
    const auto before = cv::mean(canvas, core), after = cv::mean(result, core);
    EXPECT_GT(before[0], before[2] + 40);  // was red
    EXPECT_GT(after[2], after[0] + 60);    // is teal
}

TEST(PaintTest, FillReadsTheMaskFromTransparencyToo) {
    cv::Mat rgba(300, 300, CV_8UC4, cv::Scalar(200, 200, 200, 255));
    rgba(cv::Rect(100, 100, 100, 100)).setTo(cv::Scalar(200, 200, 200, 0));
    const auto result = painted(order("/v1/flux-pro-1.0-fill", R"({"prompt":"a navy cushion"})",
                                      {{"image", encode(rgba, "png")}}));
    const auto inside = cv::mean(result(cv::Rect(120, 120, 60, 60)));
    EXPECT_LT(inside[0], 90);
    EXPECT_GT(inside[2], inside[0]);
    EXPECT_NEAR(result.at<cv::Vec3b>(20, 20)[0], 200, 4);
}

TEST(PaintTest, SameSeedSamePictureOtherSeedOther) {
    auto wanted =
        order("/v1/flux-pro-1.1", R"({"prompt":"a person in a park","width":256,"height":320})");
    const auto first = paint(wanted);
    EXPECT_EQ(paint(wanted), first);
    wanted.seed = 8;
    EXPECT_NE(paint(wanted), first);
}

TEST(PaintTest, HonoursSizeAndFormat) {
    for (const auto* format : {"jpeg", "png", "webp"}) {
        auto wanted = order("/v1/flux-dev", R"({"prompt":"x","width":320,"height":256})");
        wanted.fields["output_format"] = format;
        const auto bytes = paint(wanted);
        EXPECT_EQ(*sizeOf(bytes), (Size{320, 256})) << format;
        EXPECT_EQ(bytes.starts_with("RIFF"), std::string_view{format} == "webp");
    }
}

TEST(PaintTest, FigureWearsThePromptsColours) {
    const auto picture = painted(order(
        "/v1/flux-pro-1.1", R"({"prompt":"a woman in a green dress","width":384,"height":512})"));
    const auto torso = cv::mean(picture(cv::Rect(170, 250, 44, 44)));
    EXPECT_GT(torso[1], torso[0] + 30);
    EXPECT_GT(torso[1], torso[2] + 20);
}

TEST(PaintTest, TryOnDressesTheTorsoOnly) {
    const auto person = paintFigure({512, 640}, "a woman in a red t-shirt", 3);
    const auto result = painted(order(
        "/v1/flux-tools/vto-v2", R"({"prompt":"the top"})",
        {{"person", encode(person, "png")}, {"garment", encode(garment({384, 512}), "png")}}));
    const auto torso = cv::mean(result(cv::Rect(230, 300, 50, 50)));
    EXPECT_GT(torso[2], torso[0] + 40);
    const cv::Rect head(200, 40, 110, 90);
    EXPECT_LT(difference(result(head), person(head), cv::Mat()), 3);
}

TEST(PaintTest, EraseClosesTheHole) {
    cv::Mat wall(320, 320, CV_8UC3, cv::Scalar(180, 170, 160)),
        mask(320, 320, CV_8UC3, cv::Scalar::all(0));
    cv::circle(wall, {160, 160}, 30, cv::Scalar(10, 10, 10), cv::FILLED);
    cv::circle(mask, {160, 160}, 32, cv::Scalar::all(255), cv::FILLED);
    const auto result =
        painted(order("/v1/flux-tools/erase-v1", "{}",
                      {{"image", encode(wall, "png")}, {"mask", encode(mask, "png")}}));
    EXPECT_NEAR(cv::mean(result(cv::Rect(140, 140, 40, 40)))[0], 180, 12);
}

TEST(PaintTest, ExpandKeepsTheInputAtItsPlace) {
    cv::Mat photo(300, 280, CV_8UC3);
    cv::randu(photo, 0, 255);
    cv::GaussianBlur(photo, photo, {}, 6);
    const auto result =
        painted(order("/v1/flux-pro-1.0-expand", R"({"left":64,"top":32,"output_format":"png"})",
                      {{"image", encode(photo, "png")}}));
    ASSERT_EQ(result.size(), cv::Size(344, 332));
    EXPECT_EQ(difference(result(cv::Rect(64, 32, 280, 300)), photo, cv::Mat()), 0);
}

TEST(PaintTest, DamagedPictureThrows) {
    auto bytes = encode(cv::Mat(300, 300, CV_8UC3, cv::Scalar::all(9)), "png");
    bytes.resize(bytes.size() / 2);
    EXPECT_ANY_THROW(paint(order("/v1/flux-tools/deblur-v1", "{}", {{"image", bytes}})));
}

}  // namespace
}  // namespace atelier::emulator::paint
