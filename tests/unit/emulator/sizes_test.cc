#include "emulator/paint/sizes.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "contract/check.h"

namespace atelier::emulator::paint {
namespace {

struct Case {
    const char* name;
    const char* path;
    const char* body;
    std::vector<Size> inputs;
    Size expected;
};

class SizesTest : public testing::TestWithParam<Case> {};

TEST_P(SizesTest, FollowsThePublishedRules) {
    const auto& each = GetParam();
    const auto& endpoint = *contract::Contract::bfl().find(each.path);
    const auto fields = contract::coerce(endpoint, boost::json::parse(each.body).as_object());
    const auto size = outputSize(endpoint, fields, each.inputs);
    EXPECT_EQ(size.width, each.expected.width);
    EXPECT_EQ(size.height, each.expected.height);
}

const Case kCases[] = {
    {"Flux1Default", "/v1/flux-pro-1.1", "{}", {}, {1024, 768}},
    {"Flux1Asked", "/v1/flux-dev", R"({"width":256,"height":1440})", {}, {256, 1440}},
    {"Flux2Default", "/v1/flux-2-pro", "{}", {}, {1024, 1024}},
    {"Flux2FollowsTheInput", "/v1/flux-2-pro", "{}", {{1000, 700}}, {992, 688}},
    {"Flux2OnTheGrid", "/v1/flux-2-klein-4b", R"({"width":1000,"height":100})", {}, {992, 96}},
    {"Flux2AtMostFourMegapixels",
     "/v1/flux-2-max",
     R"({"width":4096,"height":4096})",
     {},
     {2048, 2048}},
    {"UltraByRatio", "/v1/flux-pro-1.1-ultra", R"({"aspect_ratio":"1:1"})", {}, {2048, 2048}},
    {"KontextFollowsTheInput", "/v1/flux-kontext-pro", "{}", {{512, 1024}}, {720, 1456}},
    {"KontextByRatio",
     "/v1/flux-kontext-pro",
     R"({"aspect_ratio":"1:1"})",
     {{512, 1024}},
     {1024, 1024}},
    {"Flux3Tier",
     "/v1/flux-3-image",
     R"({"prompt":"x","aspect_ratio":"1:1","resolution":"2k"})",
     {},
     {2048, 2048}},
    {"FillKeepsTheFrame", "/v1/flux-pro-1.0-fill", "{}", {{777, 555}}, {777, 555}},
    {"ExpandAdds",
     "/v1/flux-pro-1.0-expand",
     R"({"left":10,"bottom":20})",
     {{300, 300}},
     {310, 320}},
    {"OutpaintingIsTheCanvas",
     "/v1/flux-tools/outpainting-v1",
     R"({"width":640,"height":512})",
     {{300, 300}},
     {640, 512}},
    {"VtoFollowsThePerson", "/v1/flux-tools/vto-v2", "{}", {{800, 1210}, {500, 500}}, {800, 1200}},
};

INSTANTIATE_TEST_SUITE_P(Endpoints, SizesTest, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string{each.param.name}; });

}  // namespace
}  // namespace atelier::emulator::paint
