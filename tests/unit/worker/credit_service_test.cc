#include "service/credit_service.h"

#include "unit/worker/jobs_fixture.h"

namespace atelier::test {
namespace {

class CreditServiceTest : public JobsTest {
  protected:
    std::vector<UsageKind> lines() {
        std::vector<UsageKind> kinds;
        const auto page = runTask(credits_->history(user_, {}, PageRequest{.limit = 100})).value();
        for (const auto& line : page.items) kinds.push_back(line.kind);
        return kinds;
    }
    Job ended(JobStatus status) {
        auto job = submitModel(2);
        if (status == JobStatus::Canceled)
            abandon(job, status, Error{ErrorCode::Canceled, "test"}, clock_.now());
        job.version = runTask(store_->updateJob(job)).value();
        return job;
    }
    /// A stored job that has ended with one credit charged.
    Job ended(JobId id) {
        auto job = stored(id);
        abandon(job, JobStatus::Failed, Error{ErrorCode::ProviderFailed, "test"}, clock_.now());
        job.credits_used = 1;
        job.version = runTask(store_->updateJob(job)).value();
        return job;
    }
    Reconciler reconciler() { return Reconciler{{*store_, *queue_, *credits_, clock_, Millis{0}}}; }
};

TEST_F(CreditServiceTest, SettlingTwiceWritesEachLineOnce) {
    const auto job = ended(JobStatus::Canceled);
    ASSERT_THAT(runTask(credits_->settle(job)), isOk());
    ASSERT_THAT(runTask(credits_->settle(job)), isOk());
    using enum UsageKind;
    EXPECT_THAT(lines(), testing::UnorderedElementsAre(Grant, Hold, Release));
    expectBooksBalance(0);
}

TEST_F(CreditServiceTest, TheReconcilerSettlesWhatACrashLeft) {
    const auto job = ended(JobStatus::Canceled);
    runTask(clock_.sleep(Millis{1}, {}));
    const auto report = runTask(reconciler().run());
    ASSERT_THAT(report, isOk());
    EXPECT_EQ(report->settled, 1);
    EXPECT_TRUE(stored(job.id).settled);
    expectBooksBalance(0);
}

TEST_F(CreditServiceTest, TheReconcilerGivesBackHoldsWithoutAJob) {
    const auto orphan = ids_.make<JobId>();
    ASSERT_THAT(runTask(store_->hold(user_, orphan, 30)), isOk());
    runTask(clock_.sleep(Seconds{61}, {}));
    ASSERT_THAT(runTask(reconciler().run()), isOk());
    expectBooksBalance(0);
}

TEST_F(CreditServiceTest, TheReconcilerWritesTheLineOfAGrant) {
    ASSERT_THAT(runTask(store_->grant(user_, ids_.make<UsageId>(), 7, "invoice 7")), isOk());
    runTask(clock_.sleep(Seconds{61}, {}));
    ASSERT_THAT(runTask(reconciler().run()), isOk());
    EXPECT_EQ(runTask(store_->totals(user_)).value().granted, kGranted + 7);
    EXPECT_TRUE(owner().pending_grants.empty());
    const auto latest = runTask(credits_->history(user_, {}, {})).value().items.front();
    EXPECT_EQ(latest.reason, "invoice 7");
}

TEST_F(CreditServiceTest, TheReconcilerLeavesAGrantThatMayBeUnderWay) {
    ASSERT_THAT(runTask(store_->grant(user_, ids_.make<UsageId>(), 7, "invoice 7")), isOk());
    ASSERT_THAT(runTask(reconciler().run()), isOk());
    EXPECT_EQ(runTask(store_->totals(user_)).value().granted, kGranted);
    EXPECT_EQ(owner().pending_grants.size(), 1U);
}

TEST_F(CreditServiceTest, LinesOfOneMomentAreInTheOrderOfTheirBalances) {
    for (int i = 0; i < 3; ++i) submitModel();  // no time passes
    const auto page = runTask(credits_->history(user_, {}, {})).value();
    std::vector<Credits> balances;
    for (const auto& line : page.items) balances.push_back(line.balance);
    EXPECT_THAT(balances,
                testing::ElementsAre(kGranted - 12, kGranted - 8, kGranted - 4, kGranted));
    auto job = ended(page.items.front().job_id.value());
    ASSERT_THAT(runTask(credits_->settle(job)), isOk());
    const auto after = runTask(credits_->history(user_, {}, {})).value().items;
    EXPECT_EQ(after[0].kind, UsageKind::Release);
    EXPECT_EQ(after[1].kind, UsageKind::Settle);
}

TEST_F(CreditServiceTest, TheReconcilerQueuesLostJobs) {
    const auto job = submitModel();
    auto lease = runTask(queue_->lease(Seconds{30}, Millis{0}, {})).value();
    ASSERT_TRUE(lease);
    ASSERT_THAT(runTask(queue_->ack(*lease)), isOkAnd(true));
    runTask(clock_.sleep(Seconds{1}, {}));
    const auto report = runTask(reconciler().run());
    ASSERT_THAT(report, isOk());
    EXPECT_EQ(report->requeued, 1);
    EXPECT_THAT(runTask(queue_->contains(job.id)), isOkAnd(true));
}

TEST_F(CreditServiceTest, TakingAwayNeverGoesBelowZero) {
    EXPECT_THAT(runTask(credits_->grant(user_, -kGranted - 1, "too much")),
                failsWith(ErrorCode::InsufficientCredits));
    EXPECT_THAT(runTask(credits_->grant(user_, -kGranted, "all")), isOk());
    EXPECT_EQ(owner().credits_left, 0);
}

}  // namespace
}  // namespace atelier::test
