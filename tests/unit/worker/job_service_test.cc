#include "service/job_service.h"

#include <future>

#include "unit/worker/jobs_fixture.h"

namespace atelier::test {
namespace {

class JobServiceTest : public JobsTest {
  protected:
    Result<Accepted> generate(GenerateModelInput input) {
        return runTask(jobs_->generateModel(caller(), std::move(input)));
    }
};

TEST_F(JobServiceTest, HoldsThePriceOfAllSamples) {
    const auto job = submitModel(3);
    EXPECT_EQ(job.credits_held, 12);
    EXPECT_EQ(owner().credits_left, kGranted - 12);
    EXPECT_EQ(owner().creditsHeld(), 12);
    EXPECT_THAT(runTask(queue_->contains(job.id)), isOkAnd(true));
}

TEST_F(JobServiceTest, SaysWhatIsNeededAndWhatIsThere) {
    ASSERT_THAT(runTask(credits_->grant(user_, -97, "nearly all")), isOk());
    const auto refused = generate({.prompt = "a man"});
    ASSERT_THAT(refused, failsWith(ErrorCode::InsufficientCredits));
    EXPECT_THAT(
        refused.error().figures,
        testing::UnorderedElementsAre(testing::Pair("needed", 4), testing::Pair("available", 3)));
}

TEST_F(JobServiceTest, AJobThatTheStoreRefusesIsNotQueued) {
    const auto before = caller();  // as read just before another request took the credits
    ASSERT_THAT(runTask(credits_->grant(user_, -97, "nearly all")), isOk());
    const auto refused = runTask(jobs_->generateModel(before, {.prompt = "a man"}));
    EXPECT_THAT(refused, failsWith(ErrorCode::InsufficientCredits));
    EXPECT_EQ(runTask(queue_->depth())->waiting, 0);
    EXPECT_EQ(owner().creditsHeld(), 0);
}

TEST_F(JobServiceTest, RefusesUnknownEnginesAndDomains) {
    EXPECT_THAT(generate({.prompt = "a man", .engine = "fill"}),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(generate({.prompt = "a man", .domain = "gardening"}),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_EQ(owner().credits_left, kGranted);
}

TEST_F(JobServiceTest, LimitsJobsThatRunAtATime) {
    for (int i = 0; i < 3; ++i) submitModel();
    const auto refused = generate({.prompt = "a man"});
    ASSERT_THAT(refused, failsWith(ErrorCode::TooManyActiveJobs));
    EXPECT_TRUE(refused.error().retry_after);
}

TEST_F(JobServiceTest, AJobThatHasEndedDoesNotCountBeforeItIsSettled) {
    for (int i = 0; i < 2; ++i) submitModel();
    auto ended = submitModel();
    advance(ended, JobStatus::Canceled, clock_.now());
    ASSERT_THAT(runTask(store_->updateJob(ended)), isOk());
    EXPECT_EQ(caller().user->holds.size(), 3U);
    EXPECT_THAT(generate({.prompt = "a man"}), isOk());
}

TEST_F(JobServiceTest, RequestsAtTheSameMomentDoNotExceedTheLimit) {
    const auto before = caller();  // as each of them read it
    for (int i = 0; i < 3; ++i)
        ASSERT_THAT(runTask(jobs_->generateModel(before, {.prompt = "a man"})), isOk());
    EXPECT_THAT(runTask(jobs_->generateModel(before, {.prompt = "a man"})),
                failsWith(ErrorCode::TooManyActiveJobs));
    EXPECT_EQ(owner().holds.size(), 3U);
}

TEST_F(JobServiceTest, CountsSeedsUpWithinTheirRange) {
    const auto job =
        generate({.prompt = "a man", .seed = 4'294'967'295, .num_samples = 3}).value().job;
    std::vector<std::int64_t> seeds;
    for (const auto& sample : job.samples) seeds.push_back(sample.seed.value_or(-1));
    EXPECT_THAT(seeds, testing::ElementsAre(4'294'967'295, 0, 1));
}

TEST_F(JobServiceTest, DoesNotShowOtherPeoplesJobs) {
    const auto job = submitModel();
    const auto stranger = ids_.make<UserId>();
    EXPECT_THAT(runTask(jobs_->find(stranger, job.id)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(jobs_->cancel(stranger, job.id)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(jobs_->find(user_, job.id, JobKind::Tryon)),
                failsWith(ErrorCode::NotFound));
}

TEST_F(JobServiceTest, RefusesModelsAndGarmentsOfOthers) {
    TryOnInput input;
    input.model_id = ids_.make<ModelId>();
    input.garment_id = ids_.make<GarmentId>();
    EXPECT_THAT(runTask(jobs_->submitTryOn(caller(), input)), failsWith(ErrorCode::NotFound));
}

TEST_F(JobServiceTest, CancelsOnceAndGivesTheHoldBack) {
    const auto job = submitModel();
    const auto canceled = runTask(jobs_->cancel(user_, job.id));
    ASSERT_THAT(canceled, isOk());
    EXPECT_EQ(canceled->status, JobStatus::Canceled);
    EXPECT_THAT(runTask(jobs_->cancel(user_, job.id)), failsWith(ErrorCode::NotCancelable));
    EXPECT_THAT(runTask(queue_->contains(job.id)), isOkAnd(false));
    expectBooksBalance(0);
}

TEST_F(JobServiceTest, WaitingEndsWithTheJob) {
    const auto job = submitModel();
    run(job.id);
    const auto done = runTask(jobs_->waitUntilDone(user_, job.id, Seconds{30}, {}));
    EXPECT_THAT(done, isOkAnd(testing::Field(&Job::status, JobStatus::Succeeded)));
}

TEST_F(JobServiceTest, WaitingEndsWhenTheCreditsAreSettled) {
    auto job = submitModel();
    abandon(job, JobStatus::Failed, Error{ErrorCode::ProviderFailed, "test"}, clock_.now());
    job.version = runTask(store_->updateJob(job)).value();
    auto waiting = std::async(std::launch::async, [&] {
        return runTask(jobs_->waitUntilDone(user_, job.id, Seconds{30}, {}));
    });
    EXPECT_EQ(waiting.wait_for(Millis{50}), std::future_status::timeout);
    ASSERT_THAT(runTask(credits_->settle(job)), isOk());
    EXPECT_THAT(waiting.get(), isOkAnd(testing::Field(&Job::settled, true)));
}

TEST_F(JobServiceTest, WaitingGivesUpAfterItsTime) {
    const auto job = submitModel();
    const auto waiting = runTask(jobs_->waitUntilDone(user_, job.id, Millis{10}, {}));
    EXPECT_THAT(waiting, isOkAnd(testing::Field(&Job::status, JobStatus::Queued)));
}

}  // namespace
}  // namespace atelier::test
