#include "bench.h"

namespace atelier::emulator {
namespace {

constexpr auto kBody =
    R"({"prompt":"x","webhook_url":"https://client.test/hook","webhook_secret":"s3cret"})";

class WebhookTest : public Bench {
  protected:
    /// What was sent, once `count` requests have gone out.
    std::vector<HttpRequest> sent(std::size_t count) {
        const auto deadline = Deadline::after(Millis{20'000});
        while (http.sent().size() < count && !deadline.expired()) std::this_thread::yield();
        return http.sent();
    }
    static std::string header(const HttpRequest& request, std::string_view name) {
        for (const auto& [key, value] : request.headers)
            if (key == name) return value;
        return {};
    }
    static boost::json::object body(const HttpRequest& request) {
        return boost::json::parse(*request.body).as_object();
    }
    void submitWithHook() { submit("/v1/flux-pro-1.1", kBody); }
};

TEST_F(WebhookTest, TellsTheClientWithTheSecret) {
    submitWithHook();
    const auto hook = sent(1).at(0);
    EXPECT_EQ(hook.url, "https://client.test/hook");
    EXPECT_EQ(header(hook, "X-Webhook-Secret"), "s3cret");
    EXPECT_EQ(body(hook).at("status"), "SUCCESS");
    EXPECT_TRUE(body(hook).at("result").at("sample").is_string());
}

TEST_F(WebhookTest, SpeaksTheOtherDialectWhenTold) {
    call("POST", "/_emulator/settings", R"({"webhookProof":"hmac","webhookBody":"result"})");
    submitWithHook();
    const auto hook = sent(1).at(0);
    EXPECT_EQ(header(hook, "X-BFL-Signature"), "sha256=" + toHex(hmacSha256("s3cret", *hook.body)));
    EXPECT_EQ(header(hook, "X-Webhook-Secret"), "");
    EXPECT_EQ(body(hook).at("status"), "Ready");
    EXPECT_TRUE(body(hook).contains("timestamp"));
}

TEST_F(WebhookTest, RepeatsAfterOneFiveAndThirtySecondsThenGivesUp) {
    http.answerWith({500});
    submitWithHook();
    EXPECT_EQ(sent(4).size(), 4);
    EXPECT_EQ(clock.sleeps(), (std::vector<Millis>{Seconds{1}, Seconds{5}, Seconds{30}}));
}

TEST_F(WebhookTest, StopsRepeatingWhenAcknowledged) {
    http.answerWith({503, 204});
    submitWithHook();
    EXPECT_EQ(sent(2).size(), 2);
}

TEST_F(WebhookTest, DropsDoublesAndDelaysAsFaultsSay) {
    fault(R"([{"fault":"duplicate_webhook"},{"fault":"late_webhook","latencyMs":7000}])");
    submitWithHook();
    EXPECT_EQ(sent(2).size(), 2);
    EXPECT_EQ(clock.sleeps(), std::vector<Millis>{Seconds{7}});
}

TEST_F(WebhookTest, ReportsFailures) {
    fault(R"({"fault":"moderate_output"})");
    submitWithHook();
    EXPECT_EQ(body(sent(1).at(0)).at("status"), "FAILED");
}

}  // namespace
}  // namespace atelier::emulator
