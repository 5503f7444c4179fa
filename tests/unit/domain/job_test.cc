#include "domain/job.h"

#include <gtest/gtest.h>

#include "support/samples.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;

class JobTest : public testing::Test {
  protected:
    JobTest() { job_.price_per_sample = 5; }
    void moveTo(JobStatus target) {
        for (const auto next : {JobStatus::Preparing, JobStatus::Submitting, JobStatus::Generating,
                                JobStatus::Storing}) {
            if (job_.status == target) return;
            advance(job_, next, kNow + 1s);
        }
    }
    SeqIds ids_;
    Job job_ = someJob(ids_, ids_.make<UserId>());
};

TEST_F(JobTest, EveryMoveIsAnEventWithTheNextNumber) {
    moveTo(JobStatus::Generating);
    noteProgress(job_, 0.5, kNow + 2s);
    ASSERT_EQ(job_.events.size(), 5U);
    for (std::size_t i = 0; i < job_.events.size(); ++i)
        EXPECT_EQ(job_.events[i].seq, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(job_.events.back().progress, 0.5);
    EXPECT_EQ(job_.events.back().status, JobStatus::Generating);
}

TEST_F(JobTest, StartsOnceAndFinishesOnce) {
    moveTo(JobStatus::Generating);
    EXPECT_EQ(job_.started_at, kNow + 1s);
    advance(job_, JobStatus::Preparing, kNow + 3s);
    EXPECT_EQ(job_.started_at, kNow + 1s);
    EXPECT_FALSE(job_.finished_at);
    advance(job_, JobStatus::Failed, kNow + 4s);
    EXPECT_EQ(job_.finished_at, kNow + 4s);
}

TEST_F(JobTest, ConcludesWithAChargePerGoodSample) {
    job_.samples.assign(3, {});
    job_.samples[0].status = SampleStatus::Succeeded;
    job_.samples[1].status = SampleStatus::Failed;
    job_.samples[2].status = SampleStatus::Succeeded;
    moveTo(JobStatus::Storing);
    conclude(job_, kNow + 5s);
    EXPECT_EQ(job_.status, JobStatus::Succeeded);
    EXPECT_EQ(job_.credits_used, 10);
    EXPECT_FALSE(job_.error);
}

TEST_F(JobTest, FailsWithTheFirstErrorAndNoCharge) {
    job_.samples.assign(2, {});
    for (auto& sample : job_.samples) sample.status = SampleStatus::Failed;
    job_.samples[1].error =
        toJobError({.code = ErrorCode::ProviderModeratedOutput, .detail = "withheld"});
    moveTo(JobStatus::Generating);
    conclude(job_, kNow + 5s);
    EXPECT_EQ(job_.status, JobStatus::Failed);
    EXPECT_EQ(job_.credits_used, 0);
    EXPECT_EQ(job_.error->code, "provider_moderated_output");
}

TEST_F(JobTest, AbandoningEndsOpenSamplesOnly) {
    job_.samples.assign(2, {});
    job_.samples[0].status = SampleStatus::Succeeded;
    moveTo(JobStatus::Generating);
    abandon(job_, JobStatus::Canceled, {.code = ErrorCode::Canceled, .detail = "by the user"},
            kNow + 5s);
    EXPECT_EQ(job_.status, JobStatus::Canceled);
    EXPECT_EQ(job_.samples[0].status, SampleStatus::Succeeded);
    EXPECT_EQ(job_.samples[1].status, SampleStatus::Failed);
    EXPECT_EQ(job_.samples[1].error->code, "canceled");
    EXPECT_EQ(job_.credits_used, 0);
    EXPECT_EQ(job_.finished_at, kNow + 5s);
}

TEST_F(JobTest, AnErrorKeepsItsCatalogueWords) {
    const auto error =
        toJobError({.code = ErrorCode::ProviderBusy, .detail = "24 tasks", .cause = "secret"});
    EXPECT_EQ(error.code, "provider_busy");
    EXPECT_EQ(error.message, "24 tasks");
    EXPECT_TRUE(error.retryable);
    EXPECT_EQ(json::write(error).find("secret"), std::string::npos);
}

TEST_F(JobTest, ReadsBackFromJson) {
    moveTo(JobStatus::Generating);
    job_.samples[0].task_id = "task";
    job_.samples[0].submitted_at = kNow;
    const auto copy = json::read<Job>(json::write(job_));
    ASSERT_TRUE(copy.has_value());
    EXPECT_EQ(json::write(*copy), json::write(job_));
}

TEST_F(JobTest, EachKindHasItsLedgerAction) {
    EXPECT_EQ(usageAction(JobKind::Tryon), UsageAction::Tryon);
    EXPECT_EQ(usageAction(JobKind::Model), UsageAction::ModelGen);
    EXPECT_EQ(usageAction(JobKind::Scene), UsageAction::Scene);
}

TEST(UserTest, SumsUpItsHolds) {
    SeqIds ids;
    auto user = someUser(ids, 10);
    EXPECT_EQ(user.creditsHeld(), 0);
    user.holds = {{"a", 5}, {"b", 7}};
    EXPECT_EQ(user.creditsHeld(), 12);
}

}  // namespace
}  // namespace atelier::test
