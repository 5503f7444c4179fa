#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::IsFalse;
using testing::IsTrue;
using testing::Optional;

constexpr Millis kLease{30'000};

class JobQueueContract : public PortContract<JobQueue> {
  protected:
    JobId added(UserId user, Millis delay = Millis{0}) {
        const auto job = ids_.make<JobId>();
        EXPECT_THAT(runTask(port().add(job, user, delay)), isOk());
        return job;
    }
    std::optional<Lease> leased() { return runTask(port().lease(kLease, Millis{0}, {})).value(); }
    Lease mustLease() { return leased().value(); }
    std::vector<JobId> deliveries(int count) {
        std::vector<JobId> jobs;
        for (int i = 0; i < count; ++i) jobs.push_back(mustLease().job);
        return jobs;
    }
    QueueDepth depth() { return runTask(port().depth()).value(); }
    std::optional<std::int64_t> position(JobId job) {
        return runTask(port().position(job)).value();
    }

    UserId user_ = ids_.make<UserId>();
    UserId other_ = ids_.make<UserId>();
};

TEST_P(JobQueueContract, IsEmptyAtFirst) {
    EXPECT_EQ(leased(), std::nullopt);
    EXPECT_EQ(depth().waiting + depth().delayed + depth().active, 0);
}

TEST_P(JobQueueContract, DeliversInOrderOfArrival) {
    const auto first = added(user_);
    const auto second = added(user_);
    EXPECT_THAT(deliveries(2), ElementsAre(first, second));
    EXPECT_EQ(leased(), std::nullopt);
}

TEST_P(JobQueueContract, AddingAgainChangesNothing) {
    const auto job = added(user_);
    EXPECT_THAT(runTask(port().add(job, user_)), isOk());
    const auto lease = mustLease();
    EXPECT_THAT(runTask(port().add(job, user_)), isOk());
    EXPECT_EQ(leased(), std::nullopt);
    EXPECT_THAT(runTask(port().ack(lease)), isOkAnd(IsTrue()));
    EXPECT_EQ(leased(), std::nullopt);
}

TEST_P(JobQueueContract, RacingAddsOfOneJobQueueItOnce) {
    const auto job = ids_.make<JobId>();
    std::vector<Task<Result<>>> adds;
    for (int i = 0; i < 50; ++i) adds.push_back(port().add(job, user_));
    for (const auto& done : runAll(std::move(adds))) EXPECT_THAT(done, isOk());
    EXPECT_EQ(depth().waiting, 1);
}

TEST_P(JobQueueContract, RacingWorkersGetDifferentJobs) {
    for (int i = 0; i < 100; ++i) added(user_);
    std::vector<Task<Result<std::optional<Lease>>>> leases;
    for (int i = 0; i < 100; ++i) leases.push_back(port().lease(kLease, Millis{0}, {}));
    std::set<JobId> jobs;
    for (const auto& lease : runAll(std::move(leases))) jobs.insert(lease.value().value().job);
    EXPECT_EQ(jobs.size(), 100U);
}

TEST_P(JobQueueContract, AFinishedJobLeavesTheQueue) {
    const auto job = added(user_);
    const auto lease = mustLease();
    EXPECT_THAT(runTask(port().contains(job)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().ack(lease)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().ack(lease)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().contains(job)), isOkAnd(IsFalse()));
    letPass(kLease + 1ms);
    EXPECT_EQ(leased(), std::nullopt);
}

TEST_P(JobQueueContract, RedeliversWhenTheLeaseExpires) {
    const auto job = added(user_);
    const auto first = mustLease();
    EXPECT_EQ(first.attempt, 1);
    letPass(kLease - 1ms);
    EXPECT_EQ(leased(), std::nullopt);
    letPass(1ms + lateness());
    const auto second = mustLease();
    EXPECT_EQ(second.job, job);
    EXPECT_EQ(second.attempt, 2);
    EXPECT_NE(second.token, first.token);
}

TEST_P(JobQueueContract, AWorkerThatLostItsLeaseCannotFinishTheJob) {
    added(user_);
    const auto lost = mustLease();
    letPass(kLease + 1ms);
    const auto held = mustLease();
    EXPECT_THAT(runTask(port().ack(lost)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().nack(lost, 0ms)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().ack(held)), isOkAnd(IsTrue()));
}

TEST_P(JobQueueContract, ExtendedLeasesLiveLongerAndLostOnesAreNamed) {
    added(user_);
    added(user_);
    const auto lost = mustLease();
    letPass(kLease / 2);
    const auto held = mustLease();
    letPass(kLease / 2);
    EXPECT_THAT(runTask(port().extend({lost, held}, kLease)), isOkAnd(ElementsAre(lost.job)));
    letPass(kLease - 1ms);
    EXPECT_EQ(mustLease().job, lost.job);
    EXPECT_EQ(leased(), std::nullopt);
}

TEST_P(JobQueueContract, AGivenBackJobComesAgain) {
    const auto job = added(user_);
    EXPECT_THAT(runTask(port().nack(mustLease(), 0ms)), isOkAnd(IsTrue()));
    const auto again = mustLease();
    EXPECT_EQ(again.job, job);
    EXPECT_EQ(again.attempt, 2);
    EXPECT_THAT(runTask(port().nack(again, 5s)), isOkAnd(IsTrue()));
    EXPECT_EQ(depth().delayed, 1);
    EXPECT_EQ(leased(), std::nullopt);
    letPass(5s);
    EXPECT_EQ(mustLease().attempt, 3);
}

TEST_P(JobQueueContract, DelayedJobsWaitForTheirTime) {
    const auto job = added(user_, 10s);
    EXPECT_EQ(depth().delayed, 1);
    EXPECT_EQ(position(job), std::nullopt);
    EXPECT_EQ(leased(), std::nullopt);
    letPass(10s);
    EXPECT_EQ(depth().waiting, 1);
    EXPECT_EQ(mustLease().job, job);
}

TEST_P(JobQueueContract, UsersTakeTurns) {
    std::vector<JobId> many;
    for (int i = 0; i < 4; ++i) many.push_back(added(user_));
    const auto one = added(other_);
    const auto two = added(other_);
    EXPECT_THAT(deliveries(6), ElementsAre(many[0], one, many[1], two, many[2], many[3]));
}

TEST_P(JobQueueContract, FiveHundredJobsOfOneUserDelayAnothersByOne) {
    std::vector<Task<Result<>>> adds;
    for (int i = 0; i < 500; ++i) adds.push_back(port().add(ids_.make<JobId>(), user_));
    runAll(std::move(adds));
    mustLease();
    const auto job = added(other_);
    EXPECT_EQ(position(job), 1);
    mustLease();
    EXPECT_EQ(mustLease().job, job);
}

TEST_P(JobQueueContract, PositionsFollowTheOrderOfDelivery) {
    std::vector<JobId> jobs;
    for (int i = 0; i < 3; ++i) jobs.push_back(added(user_));
    for (int i = 0; i < 2; ++i) jobs.push_back(added(other_));
    jobs.push_back(added(ids_.make<UserId>()));
    std::map<std::int64_t, JobId> by_position;
    for (const auto& job : jobs) by_position.emplace(position(job).value(), job);
    std::vector<JobId> expected;
    for (const auto& [at, job] : by_position) expected.push_back(job);
    EXPECT_EQ(deliveries(6), expected);
    EXPECT_EQ(position(jobs[0]), std::nullopt);
}

TEST_P(JobQueueContract, RemovesOnlyWhatNobodyWorksOn) {
    const auto job = added(user_);
    const auto delayed = added(user_, 1h);
    const auto lease = mustLease();
    EXPECT_THAT(runTask(port().remove(job)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().remove(delayed)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().remove(delayed)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().ack(lease)), isOkAnd(IsTrue()));
    EXPECT_EQ(depth().delayed + depth().active + depth().waiting, 0);
}

TEST_P(JobQueueContract, AWaitingWorkerGetsANewJobAtOnce) {
    auto waiting = start(port().lease(kLease, 1h, {}));
    clock_.waitForSleepers(1);
    const auto job = added(user_);
    EXPECT_EQ(waiting.get().value()->job, job);
}

TEST_P(JobQueueContract, AWaitingWorkerGetsADelayedJobInTime) {
    auto waiting = start(port().lease(kLease, 1h, {}));
    clock_.waitForSleepers(1);
    const auto job = added(user_, 5s);
    clock_.waitForSleepers(1);
    letPass(5s);
    EXPECT_EQ(waiting.get().value()->job, job);
}

TEST_P(JobQueueContract, AWaitingWorkerGetsAJobWhoseLeaseExpires) {
    const auto job = added(user_);
    mustLease();
    auto waiting = start(port().lease(kLease, 1h, {}));
    clock_.waitForSleepers(1);
    letPass(kLease + lateness());
    EXPECT_EQ(waiting.get().value()->job, job);
}

TEST_P(JobQueueContract, EveryWaitingWorkerGetsOneOfManyJobs) {
    std::vector<std::future<Result<std::optional<Lease>>>> workers;
    for (int i = 0; i < 10; ++i) workers.push_back(start(port().lease(kLease, 1h, {})));
    clock_.waitForSleepers(10);
    for (int i = 0; i < 10; ++i) added(user_);
    std::set<JobId> jobs;
    for (auto& worker : workers) jobs.insert(worker.get().value()->job);
    EXPECT_EQ(jobs.size(), 10U);
}

TEST_P(JobQueueContract, WaitingEndsWithTheTimeOrTheStop) {
    auto patient = start(port().lease(kLease, 2s, {}));
    clock_.waitForSleepers(1);
    letPass(2s);
    EXPECT_EQ(patient.get().value(), std::nullopt);

    std::stop_source stop;
    auto stopped = start(port().lease(kLease, 1h, stop.get_token()));
    clock_.waitForSleepers(1);
    stop.request_stop();
    EXPECT_EQ(stopped.get().value(), std::nullopt);
    EXPECT_EQ(runTask(port().lease(kLease, 1h, stop.get_token())).value(), std::nullopt);
}

TEST_P(JobQueueContract, JobsDelaysAndAttemptsOutliveARestart) {
    const auto leased_before = added(user_);
    const auto waiting = added(user_);
    const auto delayed = added(user_, 1h);
    const auto done = added(other_);
    mustLease();
    EXPECT_THAT(runTask(port().ack(mustLease())), isOkAnd(IsTrue()));
    reopen();
    EXPECT_THAT(runTask(port().contains(done)), isOkAnd(IsFalse()));
    EXPECT_EQ(depth().delayed, 1);
    letPass(kLease + 1ms);  // where leases outlive their process
    const auto again = mustLease();
    EXPECT_EQ(again.job, leased_before);
    EXPECT_EQ(again.attempt, 2);
    EXPECT_EQ(mustLease().job, waiting);
    letPass(1h);
    runTask(port().extend({}, kLease)).value();
    EXPECT_THAT(runTask(port().contains(delayed)), isOkAnd(IsTrue()));
}

INSTANTIATE_TEST_SUITE_P(Every, JobQueueContract, testing::ValuesIn(queueBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
