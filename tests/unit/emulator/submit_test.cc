#include "bench.h"

namespace atelier::emulator {
namespace {

namespace bj = boost::json;

constexpr auto kSubmitPro11 = "/v1/flux-pro-1.1";
constexpr auto kFill = "/v1/flux-pro-1.0-fill";

class SubmitTest : public Bench {};

std::string detail(const Reply& reply) {
    return std::string{bj::parse(*reply.body).at("detail").as_string()};
}

std::string picture(int width, int height) {
    return toBase64(
        paint::encode(cv::Mat(height, width, CV_8UC3, cv::Scalar(200, 180, 160)), "png"));
}

TEST_F(SubmitTest, AnswersUnknownAndRemovedPathsBeforeAskingForTheKey) {
    for (const auto* path : {"/v1/nothing", "/v1/flux-pro-1.0-canny", "/v1/finetune", "/"}) {
        const auto reply = call("POST", path, "{}", "");
        EXPECT_EQ(reply.status, 404) << path;
        EXPECT_EQ(detail(reply), "Not Found");
    }
}

TEST_F(SubmitTest, AnswersWrongMethodWithTheRightOne) {
    const auto reply = call("GET", kSubmitPro11);
    EXPECT_EQ(reply.status, 405);
    EXPECT_EQ(reply.headers.front(), (std::pair<std::string, std::string>{"allow", "POST"}));
}

TEST_F(SubmitTest, RefusesMissingAndMalformedKeys) {
    const auto missing = call("POST", kSubmitPro11, "{}", "");
    EXPECT_EQ(missing.status, 403);
    EXPECT_EQ(detail(missing), "Not authenticated");
    const auto malformed = call("POST", kSubmitPro11, "{}", "secret");
    EXPECT_EQ(malformed.status, 422);
    EXPECT_EQ(detail(malformed), "Invalid API key format");
    EXPECT_EQ(call("POST", kSubmitPro11, "{}", "0193b2f0-1111-7222-8333-444455556666").status, 200);
}

TEST_F(SubmitTest, ReadsTheBodyBeforeTheKeyAndTheKeyBeforeTheFields) {
    EXPECT_EQ(read(call("POST", kSubmitPro11, "{nonsense", "")).at("detail").at(0).at("type"),
              "json_invalid");
    EXPECT_EQ(call("POST", kSubmitPro11, R"({"width":1})", "").status, 403);
    EXPECT_EQ(read(call("POST", kSubmitPro11, "[]")).at("detail").at(0).at("type"),
              "model_attributes_type");
    EXPECT_EQ(read(call("POST", kSubmitPro11)).at("detail").at(0).at("type"), "missing");
}

TEST_F(SubmitTest, RepliesAsAsyncResponse) {
    const auto reply =
        read(call("POST", kSubmitPro11, R"({"prompt":"a chair","width":1024,"height":1024})"));
    const auto id = std::string{reply.at("id").as_string()};
    EXPECT_TRUE(Uuid::parse(id));
    EXPECT_EQ(reply.at("polling_url").as_string(), "http://emulator.test/v1/get_result?id=" + id);
    EXPECT_EQ(reply.at("cost").to_number<double>(), 4);
    EXPECT_EQ(reply.at("input_mp").to_number<double>(), 0);
    EXPECT_EQ(reply.at("output_mp").to_number<double>(), 1);
    EXPECT_FALSE(reply.contains("webhook_url"));
}

TEST_F(SubmitTest, PricesLikeTheOnlyCapture) {
    const auto reply =
        read(call("POST", "/v1/flux-2-pro", R"({"prompt":"x","width":1920,"height":1088})"));
    EXPECT_DOUBLE_EQ(reply.at("cost").to_number<double>(), 4.5);
    EXPECT_DOUBLE_EQ(reply.at("output_mp").to_number<double>(), 1.99);
}

TEST_F(SubmitTest, RepliesToWebhookSubmitWithoutPollingUrlUnlessToldTo) {
    const auto* body = R"({"prompt":"x","webhook_url":"https://client.test/hook"})";
    const auto published = read(call("POST", kSubmitPro11, body));
    EXPECT_FALSE(published.contains("polling_url"));
    EXPECT_EQ(published.at("webhook_url"), "https://client.test/hook");
    EXPECT_EQ(call("POST", "/_emulator/settings", R"({"pollingUrlWithWebhook":true})").status, 200);
    EXPECT_TRUE(read(call("POST", kSubmitPro11, body)).contains("polling_url"));
}

TEST_F(SubmitTest, RefusesPicturesThatAreNone) {
    for (const auto* image : {"not base64!", "aGVsbG8=", ""}) {
        const auto reply = call("POST", kFill, bj::serialize(bj::object{{"image", image}}));
        EXPECT_EQ(reply.status, 422) << image;
        EXPECT_EQ(read(reply).at("detail").at(0).at("loc").at(1), "image");
    }
}

TEST_F(SubmitTest, RefusesMaskOfOtherSizeAndSmallPictures) {
    const auto other =
        call("POST", kFill,
             bj::serialize(bj::object{{"image", picture(512, 256)}, {"mask", picture(256, 512)}}));
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(read(other).at("detail").at(0).at("loc").at(1), "mask");
    EXPECT_EQ(call("POST", kFill, bj::serialize(bj::object{{"image", picture(200, 300)}})).status,
              422);
}

TEST_F(SubmitTest, LimitsActiveTasksAndFreesTheirSlots) {
    call("POST", "/_emulator/settings", R"({"maxActive":0})");
    EXPECT_EQ(call("POST", kSubmitPro11, "{}").status, 429);
    call("POST", "/_emulator/settings", R"({"maxActive":1})");
    for (int i = 0; i < 3; ++i) end(submit(kSubmitPro11, "{}"));
}

TEST_F(SubmitTest, TakesCreditsUntilTheyRunOut) {
    call("POST", "/_emulator/settings", R"({"credits":9})");
    submit(kSubmitPro11, "{}");
    submit(kSubmitPro11, "{}");
    EXPECT_EQ(call("POST", kSubmitPro11, "{}").status, 402);
    EXPECT_EQ(read(call("GET", "/v1/credits")).at("credits").to_number<double>(), 1);
}

TEST_F(SubmitTest, StrictModeRefusesUnknownFields) {
    EXPECT_EQ(call("POST", kSubmitPro11, R"({"aspect_ratio":"4:3"})").status, 200);
    call("POST", "/_emulator/settings", R"({"strict":true})");
    EXPECT_EQ(
        read(call("POST", kSubmitPro11, R"({"aspect_ratio":"4:3"})")).at("detail").at(0).at("type"),
        "extra_forbidden");
}

TEST_F(SubmitTest, RecordsRequestsWithPicturesSummarised) {
    const auto image = picture(256, 320);
    submit(kFill, bj::serialize(bj::object{{"image", image}, {"prompt", "a red shirt"}}));
    const auto items = read(call("GET", "/_emulator/requests?limit=5")).at("items").as_array();
    ASSERT_EQ(items.size(), 1);
    const auto& body = items[0].at("body");
    EXPECT_EQ(body.at("prompt"), "a red shirt");
    EXPECT_EQ(body.at("image").at("width"), 256);
    EXPECT_EQ(body.at("image").at("height"), 320);
    EXPECT_EQ(body.at("image").at("sha256").as_string(), sha256Hex(*fromBase64(image)));
}

TEST_F(SubmitTest, AnswersTheOtherRoutes) {
    EXPECT_TRUE(read(call("GET", "/v1/my_finetunes")).at("finetunes").is_array());
    EXPECT_TRUE(read(call("GET", "/v1/finetune_details?finetune_id=abc"))
                    .at("finetune_details")
                    .is_object());
    EXPECT_EQ(call("GET", "/v1/finetune_details").status, 422);
    EXPECT_EQ(read(call("POST", "/v1/delete_finetune", R"({"finetune_id":"abc"})"))
                  .at("deleted_finetune_id"),
              "abc");
    EXPECT_EQ(call("GET", "/v1/credits", {}, "").status, 403);
}

}  // namespace
}  // namespace atelier::emulator
