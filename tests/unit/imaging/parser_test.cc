#include "imaging/parser.h"

#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgproc.hpp>

#include "imaging/figures.h"
#include "support/matchers.h"
#include "support/temp_dir.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

// Just enough of protobuf and ONNX to write a network. Source: onnx.proto3.
std::string varint(std::uint64_t value) {
    std::string text;
    for (; value >= 0x80; value >>= 7) text += static_cast<char>(value | 0x80);
    return text + static_cast<char>(value);
}
std::string number(int field, std::uint64_t value) {
    return varint(field << 3) + varint(value);
}
std::string bytes(int field, const std::string& value) {
    return varint(field << 3 | 2) + varint(value.size()) + value;
}

std::string tensor(const std::string& name, const std::vector<int>& dims,
                   const std::vector<float>& values) {
    std::string text;
    for (const int dim : dims) text += number(1, dim);
    const std::string raw(reinterpret_cast<const char*>(values.data()),
                          values.size() * sizeof(float));
    return text + number(2, 1) + bytes(8, name) + bytes(9, raw);
}

std::string value(const std::string& name, const std::vector<int>& dims) {
    std::string shape;
    for (const int dim : dims) shape += bytes(1, number(1, dim));
    return bytes(1, name) + bytes(2, bytes(1, number(1, 1) + bytes(2, shape)));
}

/// Label 1 where it is red, 2 where it is blue, 0 elsewhere: a 1×1 convolution.
std::string colourNetwork() {
    const std::string kernel =
        bytes(1, "kernel_shape") + number(8, 1) + number(8, 1) + number(20, 7);
    const std::string node = bytes(1, "in") + bytes(1, "w") + bytes(1, "b") + bytes(2, "out") +
                             bytes(3, "conv") + bytes(4, "Conv") + bytes(5, kernel);
    const auto weights = tensor("w", {3, 3, 1, 1}, {0, 0, 0, 1, -1, -1, -1, -1, 1});
    const auto graph = bytes(1, node) + bytes(2, "g") + bytes(5, weights) +
                       bytes(5, tensor("b", {3}, {0.1F, 0, 0})) +
                       bytes(11, value("in", {1, 3, 64, 48})) +
                       bytes(12, value("out", {1, 3, 64, 48}));
    return number(1, 7) + bytes(7, graph) + bytes(8, bytes(1, "") + number(2, 11));
}

class PersonParserTest : public testing::Test {
  protected:
    std::string write(const std::string& description) const {
        const auto path = (folder_.path() / "model.onnx").string();
        std::ofstream(path, std::ios::binary) << colourNetwork();
        std::ofstream(path + ".json") << description;
        return path;
    }
    TempDir folder_;
    const std::string description_ =
        R"({"width": 48, "height": 64, "mean": [0, 0, 0], "scale": 0.00392,
        "labels": {"upper_body": [1], "keep": [2], "dress": [7]}})";
};

/// Grey, with a red shirt and a blue hand in it.
cv::Mat colours() {
    cv::Mat picture(640, 480, CV_8UC3, cv::Scalar(120, 120, 120));
    picture(cv::Rect(140, 200, 200, 260)).setTo(cv::Scalar(230, 20, 20));
    picture(cv::Rect(200, 300, 80, 80)).setTo(cv::Scalar(20, 20, 230));
    return picture;
}

TEST_F(PersonParserTest, TurnsLabelsIntoARegion) {
    const auto parser = imaging::PersonParser::open(write(description_));
    ASSERT_THAT(parser, isOk());
    const auto region = (*parser)->region(colours(), Category::UpperBody);
    ASSERT_TRUE(region);
    EXPECT_EQ(region->at<uchar>(440, 240), 255) << "shirt";
    EXPECT_EQ(region->at<uchar>(340, 240), 0) << "hand";
    EXPECT_EQ(region->at<uchar>(100, 240), 0) << "background";
    EXPECT_EQ(region->at<uchar>(440, 132), 255) << "a margin around the shirt";
}

TEST_F(PersonParserTest, LeavesTheRestToTheHeuristic) {
    const auto parser = imaging::PersonParser::open(write(description_));
    ASSERT_THAT(parser, isOk());
    EXPECT_FALSE((*parser)->region(colours(), Category::LowerBody)) << "no labels for it";
    EXPECT_FALSE((*parser)->region(colours(), Category::Dress)) << "none seen";
}

TEST_F(PersonParserTest, IsPreferredByAutoMask) {
    const VipsImaging with_model(1, std::string(VipsImaging::kCascades), write(description_));
    const auto result = with_model.autoMask(encoded(colours(), ".png"), Category::UpperBody);
    ASSERT_THAT(result, isOk());
    EXPECT_GT(result->confidence, 0.9);
    const auto figure = imaging::drawDefaultFigure();
    EXPECT_THAT(with_model.autoMask(*figure.bytes, Category::LowerBody), isOk());
}

TEST_F(PersonParserTest, RefusesWhatItCannotUse) {
    EXPECT_THAT(imaging::PersonParser::open("/nowhere/model.onnx"),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(imaging::PersonParser::open(write("{}")), failsWith(ErrorCode::ValidationFailed));
    const auto path = write(description_);
    std::ofstream(path, std::ios::binary) << "not a network";
    EXPECT_THAT(imaging::PersonParser::open(path), failsWith(ErrorCode::ValidationFailed));
    EXPECT_THROW(VipsImaging(1, std::string(VipsImaging::kCascades), path), std::runtime_error);
}

}  // namespace
}  // namespace atelier::test
