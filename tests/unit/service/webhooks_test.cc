#include <iomanip>
#include <sstream>

#include <gtest/gtest.h>

#include "service/webhooks/webhook_outbox.h"
#include "service/webhooks/webhook_sender.h"
#include "service/webhooks/webhook_service.h"
#include "store/sqlite/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::Eq;
using testing::IsEmpty;
using testing::SizeIs;

/// Answers every request alike, after `takes`.
class FakeHttp final : public HttpClient {
  public:
    explicit FakeHttp(FakeClock& clock) : clock_{clock} {}

    std::expected<HttpResponse, HttpError> answer = HttpResponse{204, {}, {}};
    Millis takes{0};
    std::vector<HttpRequest> requests;

    Task<std::expected<HttpResponse, HttpError>> send(HttpRequest request,
                                                      std::stop_token) override {
        requests.push_back(std::move(request));
        clock_.advance(takes);
        auto copy = answer;
        co_return copy;
    }

  private:
    FakeClock& clock_;
};

/// A clock whose monotonic time is told by the tests, too.
class ToldClock final : public Clock {
  public:
    explicit ToldClock(FakeClock& told) : told_{told} {}
    Instant now() const override { return told_.now(); }
    SteadyTime steady() const override { return SteadyTime{told_.now().time_since_epoch()}; }
    Task<bool> sleep(Millis duration, std::stop_token stop) override {
        return told_.sleep(duration, std::move(stop));
    }
    void alarm(Millis after, std::stop_token off, std::function<void()> ring) override {
        told_.alarm(after, std::move(off), std::move(ring));
    }

  private:
    FakeClock& told_;
};

class AnyUrl final : public UrlGuard {
  public:
    Result<> check(const std::string&) const override { return {}; }
    Result<std::string> follow(const std::string&, const std::string& to) const override {
        return to;
    }
};

std::string header(const HttpRequest& request, std::string_view name) {
    for (const auto& [known, value] : request.headers)
        if (known == name) return value;
    return {};
}

class WebhooksTest : public testing::Test {
  protected:
    WebhooksTest() {
        owner_ = someUser(ids_, 100);
        EXPECT_THAT(runTask(store_->insertUser(owner_)), isOk());
        webhook_.id = ids_.make<WebhookId>();
        webhook_.user_id = owner_.id;
        webhook_.url = "https://shop.example/in";
        webhook_.events = {"job.succeeded", "job.canceled", "credits.low"};
        EXPECT_THAT(runTask(store_->insertWebhook(webhook_, 20)), isOk());
    }

    /// A canceled job, settled and not announced.
    Job endedJob() {
        auto job = someJob(ids_, owner_.id);
        abandon(job, JobStatus::Canceled, Error{ErrorCode::Canceled, "canceled"}, clock_.now());
        job.settled = true;
        EXPECT_THAT(runTask(store_->insertJob(job)), isOk());
        return job;
    }
    int announce() { return runTask(outbox_.run()).value(); }
    /// One attempt with everything that is due; how many that were.
    std::size_t attempt() {
        auto claimed = runTask(sender_.claim({}, 10)).value();
        for (auto& one : claimed) EXPECT_THAT(runTask(sender_.deliver(one, {})), isOk());
        return claimed.size();
    }
    void failOnce() {
        endedJob();
        announce();
        attempt();
    }
    std::vector<WebhookDelivery> log() {
        return runTask(store_->listDeliveries(webhook_.id, {})).value().items;
    }
    Webhook webhook() {
        return runTask(store_->findWebhook(owner_.id, webhook_.id)).value().value();
    }
    void answerWith(int status) { http_.answer = HttpResponse{status, {}, "said"}; }

    TempDir dir_;
    FakeClock clock_;
    SeqIds ids_;
    std::unique_ptr<SqliteStore> store_ =
        SqliteStore::open(sqlite::Database::open(dir_.path()).value()).value();
    ToldClock steady_clock_{clock_};
    FakeHttp http_{clock_};
    WebhookSecrets secrets_{"the secret of this installation"};
    int switched_off_ = 0;
    User owner_;
    Webhook webhook_;
    WebhookOutbox outbox_{{*store_, clock_, ids_, 10}};
    WebhookSender sender_{{*store_, *store_, http_, steady_clock_, secrets_,
                           [](const Job& job) { return boost::json::object{{"id", job.id.str()}}; },
                           false, [](const WebhookDelivery&) {},
                           [this](const Webhook&) { ++switched_off_; }}};
    AnyUrl any_url_;
    WebhookService service_{*store_, *store_, any_url_, secrets_, clock_, ids_};
};

TEST_F(WebhooksTest, AnEndedJobIsAnnouncedOnceWhateverIsRepeated) {
    auto job = endedJob();
    EXPECT_EQ(announce(), 1);
    EXPECT_EQ(announce(), 0);
    // As after a crash between the delivery and the mark on the job.
    job = runTask(store_->findJob(job.id)).value().value();
    job.announced = false;
    EXPECT_THAT(runTask(store_->updateJob(job)), isOk());
    EXPECT_EQ(announce(), 1);
    ASSERT_THAT(log(), SizeIs(1));
    EXPECT_EQ(log().front().event, "job.canceled");
    EXPECT_EQ(log().front().job_id, job.id);
}

TEST_F(WebhooksTest, SignsEveryAttemptAfreshUnderOneId) {
    endedJob();
    announce();
    answerWith(500);
    EXPECT_EQ(attempt(), 1u);
    clock_.advance(10s);
    EXPECT_EQ(attempt(), 1u);
    ASSERT_THAT(http_.requests, SizeIs(2));
    for (const auto& request : http_.requests) {
        EXPECT_EQ(request.url, webhook_.url);
        EXPECT_TRUE(request.public_addresses_only);
        EXPECT_EQ(request.max_redirects, 0);
        EXPECT_EQ(request.timeout, 15s);
        EXPECT_EQ(header(request, "webhook-id"), log().front().id.str());
        const auto at = std::stoll(header(request, "webhook-timestamp"));
        EXPECT_EQ(
            header(request, "webhook-signature"),
            signWebhook({secrets_.current(webhook_)}, log().front().id.str(), at, *request.body));
    }
    EXPECT_NE(header(http_.requests[0], "webhook-timestamp"),
              header(http_.requests[1], "webhook-timestamp"));
}

TEST_F(WebhooksTest, GivesUpAfterNineTriesInAboutADay) {
    endedJob();
    announce();
    answerWith(503);
    const auto begun = clock_.now();
    while (log().front().status == DeliveryStatus::Pending) {
        clock_.advance(std::max(Millis{0}, *log().front().next_attempt_at - clock_.now()));
        ASSERT_EQ(attempt(), 1u);
    }
    EXPECT_EQ(log().front().status, DeliveryStatus::Failed);
    EXPECT_THAT(log().front().attempts, SizeIs(9));
    EXPECT_GT(clock_.now() - begun, 18h);
    EXPECT_LT(clock_.now() - begun, 29h);
    EXPECT_TRUE(webhook().enabled);
}

TEST_F(WebhooksTest, AnEndpointThatFailsForDaysIsSwitchedOffWithANotice) {
    answerWith(500);
    for (int third = 0; third < 10; ++third) {
        EXPECT_TRUE(webhook().enabled);
        endedJob();
        announce();
        attempt();
        clock_.advance(8h);
    }
    EXPECT_FALSE(webhook().enabled);
    EXPECT_EQ(webhook().disabled_reason, "nothing could be delivered for three days");
    EXPECT_EQ(switched_off_, 1);
    // What was still on its way is dropped, nothing new is made.
    attempt();
    endedJob();
    const auto before = log().size();
    announce();
    EXPECT_EQ(log().size(), before);
    for (const auto& delivery : log()) EXPECT_EQ(delivery.status, DeliveryStatus::Failed);
}

TEST_F(WebhooksTest, AFailureOfLongAgoCountsForNothing) {
    answerWith(500);
    failOnce();
    const auto begun = *webhook().failing_since;
    clock_.advance(11h);
    failOnce();
    EXPECT_EQ(webhook().failing_since, begun);
    clock_.advance(80h);
    failOnce();
    EXPECT_TRUE(webhook().enabled);
    EXPECT_EQ(webhook().failing_since, clock_.now());
}

TEST_F(WebhooksTest, AnOlderDocumentDoesNotSayWhenItFailedLast) {
    auto older = webhook();
    older.failing_since = clock_.now() - 80h;
    EXPECT_THAT(runTask(store_->updateWebhook(older)), isOk());
    answerWith(500);
    failOnce();
    EXPECT_TRUE(webhook().enabled);
    EXPECT_EQ(webhook().failing_since, clock_.now());
}

TEST_F(WebhooksTest, ManyFailuresAtOnceChangeTheWebhookOnce) {
    answerWith(500);
    for (int i = 0; i < 5; ++i) endedJob();
    announce();
    EXPECT_EQ(attempt(), 5u);
    EXPECT_EQ(webhook().version, 1);
}

TEST_F(WebhooksTest, ANewAddressStartsAfresh) {
    answerWith(500);
    failOnce();
    ChangeWebhook same;
    same.url = webhook_.url;
    EXPECT_TRUE(runTask(service_.change(owner_.id, webhook_.id, same))->failing_since);
    ChangeWebhook other;
    other.url = "https://shop.example/elsewhere";
    EXPECT_FALSE(runTask(service_.change(owner_.id, webhook_.id, other))->failing_since);
    EXPECT_EQ(log().front().url, "https://shop.example/in");
    clock_.advance(1min);
    attempt();
    EXPECT_EQ(log().front().url, *other.url);
    EXPECT_EQ(webhook().failing_since, clock_.now());
}

TEST_F(WebhooksTest, OneThatGetsThroughEndsTheTrouble) {
    answerWith(500);
    endedJob();
    announce();
    attempt();
    EXPECT_TRUE(webhook().failing_since);
    answerWith(200);
    clock_.advance(1min);
    attempt();
    EXPECT_FALSE(webhook().failing_since);
    EXPECT_EQ(log().front().status, DeliveryStatus::Delivered);
}

TEST_F(WebhooksTest, WaitsAsLongAsTheReceiverAsksFor) {
    endedJob();
    announce();
    http_.answer = HttpResponse{429, {{"retry-after", "600"}}, {}};
    attempt();
    EXPECT_GE(*log().front().next_attempt_at, clock_.now() + 600s);
}

TEST_F(WebhooksTest, ADateToComeBackAtIsUnderstood) {
    endedJob();
    announce();
    const auto later = std::chrono::floor<Seconds>(clock_.now()) + 600s;
    const auto time = std::chrono::system_clock::to_time_t(later);
    std::ostringstream date;
    date << std::put_time(std::gmtime(&time), "%a, %d %b %Y %H:%M:%S GMT");
    http_.answer = HttpResponse{503, {{"retry-after", date.str()}}, {}};
    attempt();
    EXPECT_GE(*log().front().next_attempt_at, later);
    EXPECT_LE(*log().front().next_attempt_at, later + 1s);
}

TEST_F(WebhooksTest, ALongAnswerIsOneNotReadToItsEnd) {
    endedJob();
    announce();
    attempt();
    EXPECT_TRUE(http_.requests.front().cut_response);
}

TEST_F(WebhooksTest, ARedirectIsSaidNotToBeFollowed) {
    answerWith(302);
    failOnce();
    EXPECT_THAT(*log().front().attempts.front().error, testing::HasSubstr("redirects"));
    answerWith(500);
    clock_.advance(1min);
    attempt();
    EXPECT_EQ(log().front().attempts.back().error, std::nullopt);
}

TEST_F(WebhooksTest, ABrokenConnectionIsTwoThings) {
    http_.answer = std::unexpected(HttpError{HttpFailure::Ambiguous, "reset"});
    failOnce();
    EXPECT_THAT(*log().front().attempts.back().error, testing::HasSubstr("broke"));
    http_.takes = 15s;
    clock_.advance(1min);
    attempt();
    EXPECT_THAT(*log().front().attempts.back().error, testing::HasSubstr("15 seconds"));
}

TEST_F(WebhooksTest, ASwitchedOffOneSaysSo) {
    ChangeWebhook off;
    off.enabled = false;
    EXPECT_THAT(runTask(service_.change(owner_.id, webhook_.id, off)), isOk());
    EXPECT_THAT(runTask(service_.test(owner_.id, webhook_.id)),
                failsWith(ErrorCode::WebhookDisabled));
}

TEST_F(WebhooksTest, ASecretSignsAsLongAsWasPromised) {
    EXPECT_THAT(runTask(service_.rotate(owner_.id, webhook_.id, 24h)), isOk());
    clock_.advance(1h);
    EXPECT_THAT(runTask(service_.rotate(owner_.id, webhook_.id, 24h)),
                failsWith(ErrorCode::Conflict));
    EXPECT_THAT(secrets_.live(webhook(), clock_.now()), SizeIs(2));
    clock_.advance(23h);
    EXPECT_THAT(runTask(service_.rotate(owner_.id, webhook_.id, 24h)), isOk());
    EXPECT_THAT(runTask(service_.rotate(owner_.id, webhook_.id, 0s)), isOk());
    EXPECT_THAT(secrets_.live(webhook(), clock_.now()), SizeIs(1));
}

TEST_F(WebhooksTest, WhatIsClaimedByACrashedProcessIsSentByAnother) {
    endedJob();
    announce();
    EXPECT_THAT(runTask(sender_.claim({}, 10)).value(), SizeIs(1));
    EXPECT_THAT(runTask(sender_.claim({}, 10)).value(), IsEmpty());
    clock_.advance(61s);
    EXPECT_EQ(attempt(), 1u);
    EXPECT_EQ(log().front().status, DeliveryStatus::Delivered);
}

TEST_F(WebhooksTest, AnInterruptedAttemptCostsNoTry) {
    endedJob();
    announce();
    http_.answer = std::unexpected(HttpError{HttpFailure::Canceled, "stop"});
    attempt();
    EXPECT_THAT(log().front().attempts, IsEmpty());
    EXPECT_EQ(log().front().next_attempt_at, clock_.now());
}

TEST_F(WebhooksTest, TellsNothingOfOurNetworkWhenThereIsNoAnswer) {
    endedJob();
    announce();
    http_.answer =
        std::unexpected(HttpError{HttpFailure::NotSent, "connect to 10.0.0.7 port 443 failed"});
    attempt();
    const auto attempt = log().front().attempts.front();
    EXPECT_EQ(attempt.status, std::nullopt);
    EXPECT_EQ(attempt.error->find("10.0.0.7"), std::string::npos);
}

TEST_F(WebhooksTest, KeepsTheBeginningOfAnyAnswer) {
    endedJob();
    announce();
    http_.answer =
        HttpResponse{500, {}, std::string("\xff\x00\x1b[31m", 7) + std::string(5000, 'x')};
    attempt();
    const auto response = *log().front().attempts.front().response;
    EXPECT_THAT(response, SizeIs(500));
    EXPECT_THAT(response, Each(testing::Le('~')));
    EXPECT_TRUE(response.starts_with("...[31m"));
}

TEST_F(WebhooksTest, LowCreditsAreToldOnceADay) {
    auto poor = someUser(ids_, 4);
    EXPECT_THAT(runTask(store_->insertUser(poor)), isOk());
    auto hook = webhook_;
    hook.id = ids_.make<WebhookId>();
    hook.user_id = poor.id;
    EXPECT_THAT(runTask(store_->insertWebhook(hook, 20)), isOk());
    const auto told = [&] {
        auto job = someJob(ids_, poor.id);
        abandon(job, JobStatus::Failed, Error{ErrorCode::ProviderFailed, "x"}, clock_.now());
        job.credits_used = 5;
        job.settled = true;
        EXPECT_THAT(runTask(store_->insertJob(job)), isOk());
        announce();
        return runTask(store_->listDeliveries(hook.id, {})).value().items.size();
    };
    EXPECT_EQ(told(), 1u);
    EXPECT_EQ(told(), 1u);
    clock_.advance(24h);
    EXPECT_EQ(told(), 2u);
}

TEST(WebhookSecretsTest, AreOfOneWebhookOneGenerationAndOneInstallation) {
    const WebhookSecrets one{"a"}, other{"b"};
    Webhook webhook;
    const auto first = one.current(webhook);
    EXPECT_NE(other.current(webhook), first);
    webhook.generation = 2;
    webhook.previous_until = kNow;
    EXPECT_THAT(one.live(webhook, kNow - 1s), testing::ElementsAre(one.current(webhook), first));
    EXPECT_THAT(one.live(webhook, kNow), testing::ElementsAre(one.current(webhook)));
}

/// The example of the specification's reference libraries.
TEST(WebhookSecretsTest, SignAsTheReferenceDoes) {
    EXPECT_EQ(signWebhook({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
                          "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

}  // namespace
}  // namespace atelier::test
