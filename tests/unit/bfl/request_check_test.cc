#include "bfl/request_check.h"

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "support/matchers.h"

namespace atelier::bfl {
namespace {

using test::failsWith;
using test::isOk;
using testing::HasSubstr;

const auto kJpeg = share("\xff\xd8\xff jpeg");

ProviderRequest fill() {
    return {.endpoint = "/v1/flux-pro-1.0-fill",
            .parameters = {{"prompt", "x"}},
            .images = {{"image", kJpeg}, {"mask", kJpeg}}};
}

TEST(RequestCheckTest, AcceptsWhatTheContractAllows) {
    EXPECT_THAT(checkRequest(fill()), isOk());
    EXPECT_THAT(checkRequest({.endpoint = "/v1/flux-pro-1.1",
                              .parameters = {{"width", 1440}, {"height", 256}, {"seed", 1}}}),
                isOk());
}

struct Bad {
    const char* name;
    boost::json::object parameters;
    const char* pointer;
    const char* message;
};

class RequestCheckBadTest : public testing::TestWithParam<Bad> {};

TEST_P(RequestCheckBadTest, NamesTheFieldAndTheLimit) {
    const auto& bad = GetParam();
    const auto checked =
        checkRequest({.endpoint = "/v1/flux-pro-1.1", .parameters = bad.parameters});
    ASSERT_THAT(checked, failsWith(ErrorCode::ValidationFailed));
    EXPECT_EQ(checked.error().fields.at(0).pointer, bad.pointer);
    EXPECT_THAT(checked.error().fields.at(0).message, HasSubstr(bad.message));
}

INSTANTIATE_TEST_SUITE_P(
    , RequestCheckBadTest,
    testing::Values(Bad{"TooWide", {{"width", 1472}}, "/width", "1440"},
                    Bad{"TooNarrow", {{"width", 224}}, "/width", "256"},
                    Bad{"NotAMultiple", {{"width", 1000}}, "/width", "32"},
                    Bad{"Text", {{"width", "wide"}}, "/width", "integer"},
                    Bad{"Safety", {{"safety_tolerance", 7}}, "/safety_tolerance", "6"},
                    Bad{"Format", {{"output_format", "gif"}}, "/output_format", "jpeg"},
                    Bad{"UnknownField", {{"steps", 5}}, "/steps", "not a parameter"},
                    Bad{"PictureAsText",
                        {{"image_prompt", "https://x.example/a.png"}},
                        "/image_prompt",
                        "picture"}),
    [](const auto& tested) { return tested.param.name; });

TEST(RequestCheckTest, RemovedEndpointsAreNoLongerOffered) {
    for (const auto* endpoint :
         {"/v1/flux-pro-1.0-canny", "/v1/flux-pro-1.0-depth", "/v1/flux-pro", "/v1/finetune"}) {
        const auto checked = checkRequest({.endpoint = endpoint});
        ASSERT_FALSE(checked);
    }
    const auto canny = checkRequest({.endpoint = "/v1/flux-pro-1.0-canny"});
    ASSERT_THAT(canny, failsWith(ErrorCode::ProviderEndpointRemoved));
    EXPECT_THAT(canny.error().detail, HasSubstr("no longer offered by the provider"));
}

TEST(RequestCheckTest, UnknownEndpointsAreRefused) {
    for (const auto* endpoint :
         {"", "/v1/nothing", "flux-pro-1.1", "/v1/credits", "/v1/get_result"})
        EXPECT_THAT(checkRequest({.endpoint = endpoint}), failsWith(ErrorCode::ValidationFailed))
            << endpoint;
}

TEST(RequestCheckTest, PicturesMustBePicturesOfTheEndpoint) {
    auto request = fill();
    request.images["garment"] = kJpeg;
    EXPECT_THAT(checkRequest(request), failsWith(ErrorCode::ValidationFailed));
    request = fill();
    request.images["image"] = share("<html>");
    EXPECT_THAT(checkRequest(request), failsWith(ErrorCode::ValidationFailed));
    request.images["image"] = nullptr;
    EXPECT_THAT(checkRequest(request), failsWith(ErrorCode::ValidationFailed));
    request = fill();
    request.images.erase("image");
    const auto missing = checkRequest(request);
    ASSERT_THAT(missing, failsWith(ErrorCode::ValidationFailed));
    EXPECT_EQ(missing.error().fields.at(0).pointer, "/image");
    request = fill();
    request.images["image"] = share("\xff\xd8\xff" + std::string(16u << 20, 'x'));
    EXPECT_THAT(checkRequest(request), failsWith(ErrorCode::ValidationFailed));
    request = fill();
    request.parameters["mask"] = "AAAA";
    EXPECT_THAT(checkRequest(request), failsWith(ErrorCode::ValidationFailed));
}

TEST(RequestCheckTest, TakesUrlsWhereTheProviderFetches) {
    const ProviderRequest request{.endpoint = "/v1/flux-tools/vto-v2",
                                  .parameters = {{"prompt", "x"},
                                                 {"person", "https://x.example/p.jpg"},
                                                 {"garment", "https://x.example/g.jpg"}}};
    EXPECT_THAT(checkRequest(request), isOk());
    auto bad = request;
    bad.parameters["person"] = "file:///etc/passwd";
    EXPECT_THAT(checkRequest(bad), failsWith(ErrorCode::ValidationFailed));
}

TEST(RequestBodyTest, IsTheParametersAndThePictures) {
    const auto request = fill();
    const auto body = boost::json::parse(requestBody(**checkRequest(request), request)).as_object();
    EXPECT_EQ(body, (boost::json::object{
                        {"prompt", "x"}, {"image", "/9j/IGpwZWc="}, {"mask", "/9j/IGpwZWc="}}));
}

TEST(RequestBodyTest, ListsOfPicturesBecomeLists) {
    const ProviderRequest request{.endpoint = "/v1/flux-3-image",
                                  .parameters = {{"prompt", "x"}},
                                  .images = {{"images/0", kJpeg}, {"images/1", kJpeg}}};
    const auto endpoint = checkRequest(request);
    ASSERT_THAT(endpoint, isOk());
    const auto body = boost::json::parse(requestBody(**endpoint, request)).as_object();
    EXPECT_EQ(body.at("images"), (boost::json::array{"/9j/IGpwZWc=", "/9j/IGpwZWc="}));
}

TEST(RequestBodyTest, WebhooksGoOnlyToEndpointsThatHaveThem) {
    ProviderRequest request{.endpoint = "/v1/flux-3-image",
                            .parameters = {{"prompt", "x"}},
                            .webhook_url = "https://a.example/h"};
    ASSERT_THAT(checkRequest(request), isOk());
    EXPECT_EQ(requestBody(**checkRequest(request), request), R"({"prompt":"x"})");
    request.endpoint = "/v1/flux-2-pro";
    EXPECT_EQ(requestBody(**checkRequest(request), request),
              R"({"prompt":"x","webhook_url":"https://a.example/h"})");
}

TEST(PictureRulesTest, AreThoseOfTheContract) {
    const auto fill = pictureRules("/v1/flux-pro-1.0-fill", "mask");
    EXPECT_EQ(fill.max_pixels, 20 * 1048576);
    EXPECT_EQ(fill.max_bytes, 15u << 20);  // 20 MiB as base64
    EXPECT_FALSE(fill.takes_url);
    const auto vto = pictureRules("/v1/flux-tools/vto-v2", "person");
    EXPECT_EQ(vto.max_pixels, 4 * 1048576);
    EXPECT_EQ(vto.max_bytes, 20u << 20);
    EXPECT_TRUE(vto.takes_url);
    EXPECT_FALSE(pictureRules("/v1/flux-3-image", "images/0").takes_url);
    EXPECT_EQ(pictureRules("/v1/flux-tools/vto-v2", "prompt").max_bytes, 0u);
    EXPECT_EQ(pictureRules("/v1/nowhere", "image").max_bytes, 0u);
}

}  // namespace
}  // namespace atelier::bfl
