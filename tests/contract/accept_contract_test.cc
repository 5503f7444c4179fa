#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier::test {
namespace {

using testing::AllOf;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

/// Taking a job on: hold, job and ledger line, all or nothing.
class AcceptContract : public PortContract<Store> {
  protected:
    UserId userWith(Credits credits) {
        const auto user = someUser(ids_, credits);
        EXPECT_THAT(runTask(port().insertUser(user)), isOk());
        return user.id;
    }
    UsageLog holdOf(const Job& job) {
        auto line = someUsage(ids_, job.user_id, UsageKind::Hold, job.credits_held);
        line.job_id = job.id;
        return line;
    }
    Result<Balance> accept(const Job& job, int max_holds = 1000) {
        return runTask(port().acceptJob(job, holdOf(job), max_holds));
    }
    static auto leaves(Credits left, Credits held) {
        return isOkAnd(
            AllOf(Field("left", &Balance::left, left), Field("held", &Balance::held, held)));
    }
    User read(UserId id) { return runTask(port().findUser(id)).value().value(); }
    std::vector<UsageLog> ledger(UserId id) {
        return runTask(port().listUsage(id, {}, {.limit = 100, .cursor = std::nullopt}))
            .value()
            .items;
    }
    bool isStored(JobId id) { return runTask(port().findJob(id)).value().has_value(); }
};

TEST_P(AcceptContract, HoldsStoresAndRecords) {
    const auto user = userWith(12);
    const auto job = someJob(ids_, user);
    EXPECT_THAT(accept(job), leaves(7, 5));
    reopen();
    EXPECT_EQ(read(user).holds.at(job.id.str()), 5);
    EXPECT_TRUE(isStored(job.id));
    const auto lines = ledger(user);
    ASSERT_THAT(lines, SizeIs(1));
    EXPECT_EQ(lines[0].kind, UsageKind::Hold);
    EXPECT_EQ(lines[0].credits_used, 5);
    EXPECT_EQ(lines[0].balance, 7);
}

TEST_P(AcceptContract, TheBalanceCountsAllHolds) {
    const auto user = userWith(12);
    EXPECT_THAT(accept(someJob(ids_, user)), leaves(7, 5));
    const auto job = someJob(ids_, user);
    EXPECT_THAT(runTask(port().hold(user, job.id, 5)), isOkAnd(2));  // as before a crash
    EXPECT_THAT(accept(job), leaves(2, 10));
}

TEST_P(AcceptContract, WithoutEnoughCreditsNothingHappens) {
    const auto user = userWith(4);
    const auto job = someJob(ids_, user);
    const auto refused = accept(job);
    ASSERT_THAT(refused, failsWith(ErrorCode::InsufficientCredits));
    const std::vector<std::pair<std::string, std::int64_t>> expected{{"needed", 5},
                                                                     {"available", 4}};
    EXPECT_EQ(refused.error().figures, expected);
    EXPECT_EQ(read(user).credits_left, 4);
    EXPECT_FALSE(isStored(job.id));
    EXPECT_THAT(ledger(user), IsEmpty());
}

TEST_P(AcceptContract, AJobIsAcceptedOnce) {
    const auto user = userWith(12);
    const auto job = someJob(ids_, user);
    EXPECT_THAT(accept(job), isOk());
    EXPECT_THAT(accept(job), failsWith(ErrorCode::Conflict));
    EXPECT_EQ(read(user).credits_left, 7);
    EXPECT_THAT(ledger(user), SizeIs(1));
}

TEST_P(AcceptContract, AnotherUsersJobIdTakesNoCredits) {
    const auto job = someJob(ids_, userWith(12));
    EXPECT_THAT(accept(job), isOk());
    auto stolen = job;
    stolen.user_id = userWith(12);
    EXPECT_THAT(accept(stolen), failsWith(ErrorCode::Conflict));
    EXPECT_EQ(read(stolen.user_id).credits_left, 12);
    EXPECT_THAT(read(stolen.user_id).holds, IsEmpty());
}

TEST_P(AcceptContract, AnUnknownUserIsNotFound) {
    const auto job = someJob(ids_, ids_.make<UserId>());
    EXPECT_THAT(accept(job), failsWith(ErrorCode::NotFound));
    EXPECT_FALSE(isStored(job.id));
}

TEST_P(AcceptContract, OfRacingJobsExactlyTheAffordableOnesAreAccepted) {
    const auto user = userWith(250);
    std::vector<Task<Result<Balance>>> tries;
    for (int i = 0; i < 200; ++i) {
        const auto job = someJob(ids_, user);
        tries.push_back(port().acceptJob(job, holdOf(job), 1000));
    }
    const auto results = runAll(std::move(tries));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& one) { return one.has_value(); }), 50);
    EXPECT_EQ(read(user).credits_left, 0);
    EXPECT_EQ(read(user).creditsHeld(), 250);
    EXPECT_THAT(ledger(user), SizeIs(50));
}

TEST_P(AcceptContract, HoldsAreLimited) {
    const auto user = userWith(100);
    const auto first = someJob(ids_, user);
    EXPECT_THAT(accept(first, 2), isOk());
    EXPECT_THAT(accept(someJob(ids_, user), 2), isOk());
    const auto third = someJob(ids_, user);
    const auto refused = accept(third, 2);
    ASSERT_THAT(refused, failsWith(ErrorCode::TooManyActiveJobs));
    EXPECT_TRUE(refused.error().retry_after);
    EXPECT_EQ(read(user).credits_left, 90);
    EXPECT_FALSE(isStored(third.id));
    EXPECT_THAT(ledger(user), SizeIs(2));
    runTask(port().settle(user, first.id, 0)).value();
    EXPECT_THAT(accept(third, 2), isOk());
}

TEST_P(AcceptContract, APendingGrantIsNoHold) {
    const auto user = userWith(100);
    runTask(port().grant(user, ids_.make<UsageId>(), 5, "a gift")).value();
    EXPECT_THAT(accept(someJob(ids_, user), 1), isOk());
    EXPECT_THAT(accept(someJob(ids_, user), 1), failsWith(ErrorCode::TooManyActiveJobs));
    EXPECT_EQ(read(user).holds.size(), 1U);
}

TEST_P(AcceptContract, TooLittleIsSaidApartFromTooMany) {
    const auto user = userWith(7);
    EXPECT_THAT(accept(someJob(ids_, user), 2), isOk());
    EXPECT_THAT(accept(someJob(ids_, user), 2), failsWith(ErrorCode::InsufficientCredits));
    EXPECT_THAT(accept(someJob(ids_, user), 1), failsWith(ErrorCode::TooManyActiveJobs));
}

TEST_P(AcceptContract, OfRacingJobsNoMoreAreAcceptedThanMayBeHeld) {
    const auto user = userWith(1000);
    std::vector<Task<Result<Balance>>> tries;
    for (int i = 0; i < 100; ++i) {
        const auto job = someJob(ids_, user);
        tries.push_back(port().acceptJob(job, holdOf(job), 20));
    }
    const auto results = runAll(std::move(tries));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& one) { return one.has_value(); }), 20);
    for (const auto& one : results) {
        if (!one) EXPECT_THAT(one, failsWith(ErrorCode::TooManyActiveJobs));
    }
    EXPECT_EQ(read(user).holds.size(), 20U);
}

INSTANTIATE_TEST_SUITE_P(Every, AcceptContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
