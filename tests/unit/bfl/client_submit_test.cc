#include <fmt/format.h>
#include <boost/json.hpp>

#include "provider_fixture.h"
#include "util/encoding.h"

namespace atelier::test {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Not;

constexpr auto kTaken =
    R"({"id":"t1","polling_url":"http://127.0.0.1/v1/get_result?id=t1","cost":4.5})";

class SubmitTest : public ProviderFixture {};

TEST_F(SubmitTest, SendsTheKeyAndPlainBase64) {
    serveReply(200, kTaken);
    const auto taken = submit(fill());
    ASSERT_THAT(taken, isOk());
    EXPECT_EQ(taken->task_id, "t1");
    EXPECT_EQ(taken->polling_url, "http://127.0.0.1/v1/get_result?id=t1");
    EXPECT_EQ(taken->cost, 4.5);
    EXPECT_EQ(notes_.spent_credits, 4.5);
    const auto seen = server_->requests().at(0);
    EXPECT_EQ(seen.method + " " + seen.target, "POST /v1/flux-pro-1.0-fill");
    EXPECT_EQ(seen.headers.at("x-key"), "bfl_key");
    EXPECT_EQ(seen.headers.at("content-type"), "application/json");
    const auto body = boost::json::parse(seen.body).as_object();
    EXPECT_EQ(body.at("image").as_string(), toBase64(kPng));
    EXPECT_EQ(body.at("mask").as_string(), toBase64(kPng));
    EXPECT_EQ(body.at("prompt"), "a red coat");
    EXPECT_EQ(body.size(), 3u);
}

TEST_F(SubmitTest, BuildsThePollingUrlWhenTheWebhookReplyHasNone) {
    serveReply(200, R"({"id":"a b","status":"PENDING","webhook_url":"https://x/","cost":null})");
    auto request = generate();
    request.webhook_url = "https://atelier.example/hooks/bfl/token";
    request.webhook_secret = "s3cret";
    const auto taken = submit(request);
    ASSERT_THAT(taken, isOk());
    EXPECT_EQ(taken->polling_url, server_->url("/v1/get_result?id=a%20b"));
    EXPECT_FALSE(taken->cost);
    const auto body = boost::json::parse(server_->requests().at(0).body).as_object();
    EXPECT_EQ(body.at("webhook_url"), "https://atelier.example/hooks/bfl/token");
    EXPECT_EQ(body.at("webhook_secret"), "s3cret");
}

struct Refusal {
    const char* name;
    int status;
    const char* body;
    ErrorCode code;
};

class SubmitRefusalTest : public SubmitTest, public testing::WithParamInterface<Refusal> {};

TEST_P(SubmitRefusalTest, IsToldApartAndNotRepeated) {
    const auto& refusal = GetParam();
    serveReply(refusal.status, refusal.body);
    EXPECT_THAT(submit(generate()), failsWith(refusal.code));
    EXPECT_EQ(requests(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    , SubmitRefusalTest,
    testing::Values(
        Refusal{"BadRequest", 400, R"({"detail":"reference too large"})",
                ErrorCode::ProviderRejected},
        Refusal{"Unauthorized", 401, R"({"detail":"no"})", ErrorCode::ProviderUnauthorized},
        Refusal{"NoCredits", 402, R"({"detail":"Insufficient credits"})",
                ErrorCode::ProviderCreditsExhausted},
        Refusal{"NotAuthenticated", 403, R"({"detail":"Not authenticated"})",
                ErrorCode::ProviderUnauthorized},
        Refusal{"UnknownPath", 404, R"({"detail":"Not Found"})",
                ErrorCode::ProviderEndpointRemoved},
        Refusal{"TooLarge", 413, "<html>too large</html>", ErrorCode::ProviderRejected},
        Refusal{"WrongValue", 422,
                R"({"detail":[{"loc":["body","width"],"msg":"too big","type":"x"}]})",
                ErrorCode::ProviderRejected},
        Refusal{"Moderated", 200, R"({"status":"Request Moderated"})",
                ErrorCode::ProviderModeratedInput},
        Refusal{"Redirect", 308, "", ErrorCode::ProviderUnavailable},
        Refusal{"SeeOther", 303, "", ErrorCode::ProviderAmbiguous},
        Refusal{"RequestTimeout", 408, "", ErrorCode::ProviderAmbiguous},
        Refusal{"InternalError", 500, "", ErrorCode::ProviderAmbiguous},
        Refusal{"BadGateway", 502, "<html>nginx</html>", ErrorCode::ProviderAmbiguous},
        Refusal{"Overloaded", 503, R"({"detail":"maintenance"})", ErrorCode::ProviderAmbiguous},
        Refusal{"Html", 200, "<html>welcome to our proxy</html>", ErrorCode::ProviderAmbiguous},
        Refusal{"CutJson", 200, R"({"id":"t1","pol)", ErrorCode::ProviderAmbiguous},
        Refusal{"NumericId", 200, R"({"id":7})", ErrorCode::ProviderAmbiguous},
        Refusal{"EmptyBody", 200, "", ErrorCode::ProviderAmbiguous}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(SubmitTest, NamesTheRefusedFieldsButNotWhatWasSent) {
    serveReply(422, R"({"detail":[{"type":"missing","loc":["body","image"],"msg":"Field required",
                                    "input":{"prompt":"a private prompt"}}]})");
    const auto refused = submit(generate());
    ASSERT_THAT(refused, failsWith(ErrorCode::ProviderRejected));
    EXPECT_THAT(refused.error().detail, HasSubstr("/image: Field required"));
    EXPECT_THAT(refused.error().detail + refused.error().cause, Not(HasSubstr("private")));
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/image");
}

TEST_F(SubmitTest, AMalformedKeyIsToldFromAWrongValue) {
    serveReply(422, R"({"detail":"Invalid API key format"})");
    EXPECT_THAT(submit(generate()), failsWith(ErrorCode::ProviderUnauthorized));
    serve([](Peer& peer, const SeenRequest& request) {
        if (request.target == "/v1/credits")
            peer.reply(200, R"({"credits": 3})");
        else
            peer.reply(422, R"({"detail":"image cannot be decoded"})");
    });
    EXPECT_THAT(submit(generate()), failsWith(ErrorCode::ProviderRejected));
}

struct Break {
    const char* name;
    std::function<void(Peer&)> act;
};

class SubmitBreakTest : public SubmitTest, public testing::WithParamInterface<Break> {};

TEST_P(SubmitBreakTest, IsAmbiguousAndSentOnce) {
    serve(
        [](Peer& peer, const SeenRequest&) {
            GetParam().act(peer);
            throw ScriptedServer::Done{};
        },
        [](BflOptions& options) { options.submit_timeout = Millis{1000}; });
    EXPECT_THAT(submit(fill()), failsWith(ErrorCode::ProviderAmbiguous));
    EXPECT_EQ(requests(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    , SubmitBreakTest,
    testing::Values(Break{"Reset", [](Peer& peer) { peer.reset(); }}, Break{"Closed", [](Peer&) {}},
                    Break{"Silence", [](Peer& peer) { peer.waitUntilGone(); }},
                    Break{"Truncated",
                          [](Peer& peer) {
                              peer.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\"");
                          }},
                    Break{"Garbage", [](Peer& peer) { peer.write("\x16\x03\x01 what?"); }},
                    Break{"Gigantic",
                          [](Peer& peer) {
                              peer.write("HTTP/1.1 200 OK\r\n\r\n{\"id\":\"");
                              while (true) peer.write(std::string(65536, 'x'));
                          }}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(SubmitTest, RepeatsWithoutConnectionAndThenGivesUpSafely) {
    auto options = quick(fmt::format("http://127.0.0.1:{}", closedPort()));
    options.breaker_failures = 100;
    BflClient client{options, http_, clock_, &notes_};
    EXPECT_THAT(runTask(client.submit(generate(), {})), failsWith(ErrorCode::ProviderUnavailable));
    options.base_url = "http://no-such-host.invalid";
    BflClient nameless{options, http_, clock_, &notes_};
    EXPECT_THAT(runTask(nameless.submit(generate(), {})),
                failsWith(ErrorCode::ProviderUnavailable));
    EXPECT_EQ(notes_.calls, 2);
}

TEST_F(SubmitTest, WaitsAsLongAsA429Asks) {
    serve([this](Peer& peer, const SeenRequest&) {
        if (requests() == 1)
            peer.reply(429, R"({"detail":"busy"})", "Retry-After: 1\r\n");
        else
            peer.reply(200, kTaken);
    });
    const auto before = std::chrono::steady_clock::now();
    EXPECT_THAT(submit(generate()), isOk());
    EXPECT_GE(std::chrono::steady_clock::now() - before, Seconds{1});
    EXPECT_EQ(notes_.rate_limited, 1);
}

TEST_F(SubmitTest, IsBusyAfterToo429s) {
    serveReply(429, R"({"detail":"busy"})");
    EXPECT_THAT(submit(generate()), failsWith(ErrorCode::ProviderBusy));
    EXPECT_EQ(requests(), 3u);
}

TEST_F(SubmitTest, AWaitBeyondItsPatienceIsNotBegun) {
    serveReply(429, "{}", "Retry-After: 3000\r\n");
    const auto busy = submit(generate());
    ASSERT_THAT(busy, failsWith(ErrorCode::ProviderBusy));
    EXPECT_EQ(busy.error().retry_after, Millis{3'000'000});
    EXPECT_EQ(requests(), 1u);
}

TEST_F(SubmitTest, LeavesAFailingEndpointAlone) {
    serve(
        [](Peer& peer, const SeenRequest& request) {
            if (request.target == "/v1/flux-pro-1.1")
                peer.reply(500, "");
            else
                peer.reply(200, kTaken);
        },
        [](BflOptions& options) { options.breaker_failures = 2; });
    EXPECT_THAT(submit(generate()), failsWith(ErrorCode::ProviderAmbiguous));
    EXPECT_THAT(submit(generate()), failsWith(ErrorCode::ProviderAmbiguous));
    EXPECT_THAT(submit(generate()), failsWith(ErrorCode::ProviderUnavailable));
    EXPECT_EQ(requests(), 2u);
    EXPECT_EQ(client_->breakerState("/v1/flux-pro-1.1"), BreakerState::Open);
    EXPECT_THAT(submit(fill()), isOk());
}

TEST_F(SubmitTest, WaitsForAPlaceUntilATaskEnds) {
    std::atomic<int> count{0};
    serve(
        [&](Peer& peer, const SeenRequest& request) {
            if (request.method == "GET")
                peer.reply(
                    200,
                    R"({"id":"t1","status":"Ready","result":{"sample":"http://127.0.0.1/s"}})");
            else
                peer.reply(200, fmt::format(R"({{"id":"t{}","polling_url":"x"}})", ++count));
        },
        [](BflOptions& options) { options.max_active = 1; });
    ASSERT_THAT(submit(generate()), isOk());
    auto second = start(client_->submit(generate(), {}));
    EXPECT_EQ(requests(), 1u);
    EXPECT_THAT(poll("/v1/get_result?id=t1"), isOk());
    EXPECT_THAT(second.get(), isOk());
    auto third = start(client_->submit(generate(), {}));
    client_->release("t2");
    EXPECT_THAT(third.get(), isOk());
}

TEST_F(SubmitTest, AFailedSubmitFreesItsPlace) {
    serveReply(402, "{}", {});
    for (int i = 0; i < 30; ++i)
        EXPECT_THAT(submit(generate()), failsWith(ErrorCode::ProviderCreditsExhausted));
}

TEST_F(SubmitTest, CanceledBeforeItWasSentMeansNotTaken) {
    serveReply(200, kTaken);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THAT(runTask(client_->submit(generate(), stop.get_token())),
                failsWith(ErrorCode::Canceled));
    EXPECT_EQ(requests(), 0u);
}

TEST_F(SubmitTest, CanceledWhileSentStillLearnsTheTask) {
    std::stop_source stop;
    serve([&](Peer& peer, const SeenRequest&) {
        stop.request_stop();
        peer.reply(200, kTaken);
    });
    EXPECT_THAT(runTask(client_->submit(generate(), stop.get_token())), isOk());
}

TEST_F(SubmitTest, CanceledWhileTheProviderIsSilentIsAmbiguous) {
    std::stop_source stop;
    serve(
        [&](Peer& peer, const SeenRequest&) {
            stop.request_stop();
            peer.waitUntilGone();
        },
        [](BflOptions& options) { options.submit_timeout = Millis{60'000}; });
    EXPECT_THAT(runTask(client_->submit(generate(), stop.get_token())),
                failsWith(ErrorCode::ProviderAmbiguous));
}

}  // namespace
}  // namespace atelier::test
