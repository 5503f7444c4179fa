#include <fmt/format.h>
#include <boost/json.hpp>

#include "provider_fixture.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using State = TaskReport::State;

std::string task(const std::string& status, const std::string& rest = R"("result":null)") {
    return fmt::format(R"({{"id":"t1","status":"{}",{},"preview":null}})", status, rest);
}

class PollTest : public ProviderFixture {};

struct Running {
    const char* name;
    int code;
    std::string body;
};

class PollRunningTest : public PollTest, public testing::WithParamInterface<Running> {};

TEST_P(PollRunningTest, IsStillRunning) {
    serveReply(GetParam().code, GetParam().body);
    const auto report = poll();
    ASSERT_THAT(report, isOk());
    EXPECT_EQ(report->state, State::Running);
}

INSTANTIATE_TEST_SUITE_P(, PollRunningTest,
                         testing::Values(Running{"Pending", 200, task("Pending")},
                                         Running{"Accepted", 202, task("Pending")},
                                         Running{"Reasoning", 200, task("Reasoning")},
                                         Running{"Generating", 200, task("Generating")},
                                         Running{"Unknown", 200, task("Dreaming")},
                                         Running{"With503", 503, task("Pending")},
                                         Running{"StringProgress", 200,
                                                 task("Pending", R"("progress":"half")")}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(PollTest, PassesProgressOn) {
    serveReply(200, task("Pending", R"("result":null,"progress":0.4)"));
    EXPECT_EQ(poll()->progress, 0.4);
    serveReply(200, task("Pending", R"("result":null,"progress":null)"));
    EXPECT_FALSE(poll()->progress);
    serveReply(200, task("Pending", R"("result":null,"progress":7)"));
    EXPECT_EQ(poll()->progress, 1.0);
}

TEST_F(PollTest, ReportsTheResult) {
    serveReply(
        200,
        task("Ready", R"("result":{"sample":"https://delivery-eu.bfl.ai/x?sig=1","seed":4294967295,
                                      "prompt":"p","duration":1.5})"));
    const auto report = poll();
    ASSERT_THAT(report, isOk());
    EXPECT_EQ(report->state, State::Ready);
    EXPECT_EQ(report->sample_url, "https://delivery-eu.bfl.ai/x?sig=1");
    EXPECT_EQ(report->seed, 4294967295);
    EXPECT_EQ(report->result.at("prompt"), "p");
    EXPECT_EQ(server_->requests().at(0).headers.at("x-key"), "bfl_key");
}

TEST_F(PollTest, UnknownTasksAreGone) {
    serveReply(404, task("Task not found"));
    EXPECT_EQ(poll()->state, State::Gone);
    serveReply(404, R"({"detail":"Not Found"})");
    EXPECT_EQ(poll()->state, State::Gone);
}

struct Ending {
    const char* name;
    int code;
    std::string body;
    ErrorCode error;
    std::size_t requests;
};

class PollEndingTest : public PollTest, public testing::WithParamInterface<Ending> {};

TEST_P(PollEndingTest, HasItsOwnOutcome) {
    serveReply(GetParam().code, GetParam().body);
    EXPECT_THAT(poll(), failsWith(GetParam().error));
    EXPECT_EQ(requests(), GetParam().requests);
}

INSTANTIATE_TEST_SUITE_P(
    , PollEndingTest,
    testing::Values(
        Ending{"ModeratedInput", 200, task("Request Moderated"), ErrorCode::ProviderModeratedInput,
               1},
        Ending{"ModeratedOutput", 200, task("Content Moderated"),
               ErrorCode::ProviderModeratedOutput, 1},
        Ending{"Error", 200, task("Error", R"("details":{"why":"gpu"})"), ErrorCode::ProviderFailed,
               1},
        Ending{"ErrorWith422", 422, task("Error"), ErrorCode::ProviderFailed, 1},
        Ending{"ErrorWith503", 503, task("Error"), ErrorCode::ProviderFailed, 1},
        Ending{"Failed", 200, task("Failed"), ErrorCode::ProviderFailed, 1},
        Ending{"ReadyWithoutResult", 200, task("Ready"), ErrorCode::ProviderBadAnswer, 3},
        Ending{"ReadyWithoutSample", 200, task("Ready", R"("result":{})"),
               ErrorCode::ProviderBadAnswer, 3},
        Ending{"RelativeSample", 200, task("Ready", R"("result":{"sample":"/x"})"),
               ErrorCode::ProviderBadAnswer, 3},
        Ending{"Html", 200, "<html>proxy</html>", ErrorCode::ProviderBadAnswer, 3},
        Ending{"CutJson", 200, R"({"id":"t1","stat)", ErrorCode::ProviderBadAnswer, 3},
        Ending{"Array", 200, "[]", ErrorCode::ProviderBadAnswer, 3},
        Ending{"NumericStatus", 200, R"({"status":7})", ErrorCode::ProviderBadAnswer, 3},
        Ending{"Redirect", 302, "", ErrorCode::ProviderBadAnswer, 1},
        Ending{"Unprocessable", 422, R"({"detail":[]})", ErrorCode::ProviderBadAnswer, 1},
        Ending{"Forbidden", 403, R"({"detail":"Not authenticated"})",
               ErrorCode::ProviderUnavailable, 1},
        Ending{"TooMany", 429, "{}", ErrorCode::ProviderUnavailable, 3},
        Ending{"ServerError", 500, "oops", ErrorCode::ProviderUnavailable, 3},
        Ending{"Gigantic", 200, std::string(2u << 20, 'x'), ErrorCode::ProviderBadAnswer, 1},
        Ending{"DeeplyNested", 200, std::string(100'000, '['), ErrorCode::ProviderBadAnswer, 3}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(PollTest, CarriesTheReasonsOfModeration) {
    serveReply(200, task("Content Moderated",
                         R"("details":{"Moderation Reasons":["Nudity\n","Violence"]})"));
    EXPECT_THAT(poll().error().detail, HasSubstr("Nudity , Violence"));
}

TEST_F(PollTest, RecoversFromPassingTrouble) {
    serve([this](Peer& peer, const SeenRequest&) {
        if (requests() == 1) peer.reset();
        if (requests() == 2) peer.reply(502, "<html>");
        peer.reply(200, task("Pending"));
    });
    EXPECT_THAT(poll(), isOk());
}

TEST_F(PollTest, TellsAnUnknownStatusOnce) {
    serveReply(200, task("Dreaming"));
    for (int i = 0; i < 3; ++i) EXPECT_THAT(poll(), isOk());
    EXPECT_THAT(notes_.unknown, ElementsAre("Dreaming"));
}

TEST_F(PollTest, TheKeyGoesOnlyToTheProvider) {
    serveReply(200, task("Pending"));
    for (const auto* url :
         {"http://169.254.169.254/latest", "https://evil.example/v1/get_result?id=t1",
          "https://api.bfl.ai.evil.example/x", "http://api.bfl.ai/v1/get_result?id=t1",
          "file:///etc/passwd", "", "/v1/get_result?id=t1", "https://api.bfl.ai@evil.example/",
          "https://evilbfl.ai/x"})
        EXPECT_THAT(runTask(client_->poll(url, {})), failsWith(ErrorCode::ProviderBadAnswer))
            << url;
    EXPECT_EQ(requests(), 0u);
}

TEST_F(PollTest, StopsWhenAsked) {
    std::stop_source stop;
    serve([&](Peer& peer, const SeenRequest&) {
        stop.request_stop();
        peer.waitUntilGone();
    });
    EXPECT_THAT(runTask(client_->poll(server_->url("/p?id=1"), stop.get_token())),
                failsWith(ErrorCode::Canceled));
}

TEST_F(PollTest, CountsATaskItDidNotSubmit) {
    serve(
        [](Peer& peer, const SeenRequest& request) {
            if (request.method == "GET")
                peer.reply(200, task("Pending"));
            else
                peer.reply(200, R"({"id":"t2"})");
        },
        [](BflOptions& options) { options.max_active = 1; });
    EXPECT_THAT(poll(), isOk());
    auto waiting = start(client_->submit(generate(), {}));
    EXPECT_EQ(requests(), 1u);
    client_->release("t1");
    EXPECT_THAT(waiting.get(), isOk());
}

TEST_F(PollTest, TellsHowManyPollsATaskTook) {
    serve([this](Peer& peer, const SeenRequest& request) {
        if (request.method == "POST") return peer.reply(200, R"({"id":"t1"})");
        peer.reply(200, requests() < 4
                            ? task("Pending")
                            : task("Ready", R"("result":{"sample":"https://d.bfl.ai/x"})"));
    });
    ASSERT_THAT(submit(generate()), isOk());
    EXPECT_EQ(notes_.active, 1);
    for (int i = 0; i < 3; ++i) EXPECT_THAT(poll(), isOk());
    EXPECT_THAT(notes_.task_polls, ElementsAre(3));
    EXPECT_EQ(notes_.active, 0);
}

TEST_F(PollTest, ReadsTheBalance) {
    serveReply(200, R"({"credits": 12.5})");
    EXPECT_THAT(runTask(client_->credits()), isOkAnd(testing::Eq(12.5)));
    serveReply(200, R"({"credits": "many"})");
    EXPECT_THAT(runTask(client_->credits()), failsWith(ErrorCode::ProviderBadAnswer));
    serveReply(422, R"({"detail":"Invalid API key format"})");
    EXPECT_THAT(runTask(client_->credits()), failsWith(ErrorCode::ProviderUnauthorized));
    serveReply(503, "");
    EXPECT_THAT(runTask(client_->credits()), failsWith(ErrorCode::ProviderUnavailable));
}

TEST_F(PollTest, KnowsTheFinetunes) {
    serve([](Peer& peer, const SeenRequest& request) {
        peer.reply(200, boost::json::serialize(boost::json::object{
                            {"seen", request.method + " " + request.target + " " + request.body}}));
    });
    EXPECT_EQ(runTask(client_->finetunes())->at("seen"), "GET /v1/my_finetunes ");
    EXPECT_EQ(runTask(client_->finetuneDetails("a&b"))->at("seen"),
              "GET /v1/finetune_details?finetune_id=a%26b ");
    EXPECT_EQ(runTask(client_->deleteFinetune("x"))->at("seen"),
              R"(POST /v1/delete_finetune {"finetune_id":"x"})");
}

}  // namespace
}  // namespace atelier::test
