#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier::test {
namespace {

using testing::Eq;
using testing::IsEmpty;
using testing::Optional;

class CreditContract : public PortContract<Store> {
  protected:
    UserId userWith(Credits credits) {
        const auto user = someUser(ids_, credits);
        EXPECT_THAT(runTask(port().insertUser(user)), isOk());
        return user.id;
    }
    User read(UserId id) { return runTask(port().findUser(id)).value().value(); }
    static std::ptrdiff_t successes(const auto& results) {
        return std::ranges::count_if(results,
                                     [](const auto& result) { return result.has_value(); });
    }
};

TEST_P(CreditContract, AHoldMovesCreditsOutOfTheBalance) {
    const auto user = userWith(12);
    const auto job = ids_.make<JobId>();
    EXPECT_THAT(runTask(port().hold(user, job, 5)), isOkAnd(Eq(7)));
    EXPECT_EQ(read(user).credits_left, 7);
    EXPECT_EQ(read(user).holds.at(job.str()), 5);
}

TEST_P(CreditContract, TheSameHoldAgainChangesNothing) {
    const auto user = userWith(12);
    const auto job = ids_.make<JobId>();
    runTask(port().hold(user, job, 5)).value();
    EXPECT_THAT(runTask(port().hold(user, job, 5)), isOkAnd(Eq(7)));
    EXPECT_THAT(runTask(port().hold(user, job, 100)), isOkAnd(Eq(7)));
    EXPECT_EQ(read(user).creditsHeld(), 5);
}

TEST_P(CreditContract, AHoldBeyondTheBalanceSaysWhatIsMissing) {
    const auto user = userWith(4);
    const auto held = runTask(port().hold(user, ids_.make<JobId>(), 5));
    ASSERT_THAT(held, failsWith(ErrorCode::InsufficientCredits));
    const std::vector<std::pair<std::string, std::int64_t>> expected{{"needed", 5},
                                                                     {"available", 4}};
    EXPECT_EQ(held.error().figures, expected);
    EXPECT_EQ(read(user).credits_left, 4);
    EXPECT_THAT(read(user).holds, IsEmpty());
}

TEST_P(CreditContract, AHoldMayTakeTheLastCredit) {
    const auto user = userWith(5);
    EXPECT_THAT(runTask(port().hold(user, ids_.make<JobId>(), 5)), isOkAnd(Eq(0)));
}

TEST_P(CreditContract, NegativeAndHugeAmountsAreRefused) {
    const auto user = userWith(5);
    EXPECT_THAT(runTask(port().hold(user, ids_.make<JobId>(), -1)),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(runTask(port().settle(user, ids_.make<JobId>(), -1)),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(runTask(port().grant(user, ids_.make<UsageId>(), INT64_MAX, "a gift")),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_EQ(read(user).credits_left, 5);
}

TEST_P(CreditContract, UnknownUsersAreNotFound) {
    const auto nobody = ids_.make<UserId>();
    EXPECT_THAT(runTask(port().hold(nobody, ids_.make<JobId>(), 1)),
                failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(port().grant(nobody, ids_.make<UsageId>(), 1, "a gift")),
                failsWith(ErrorCode::NotFound));
}

TEST_P(CreditContract, OfRacingHoldsExactlyTheAffordableOnesWin) {
    const auto user = userWith(50);
    std::vector<Task<Result<Credits>>> holds;
    for (int i = 0; i < 200; ++i) holds.push_back(port().hold(user, ids_.make<JobId>(), 1));
    EXPECT_EQ(successes(runAll(std::move(holds))), 50);
    EXPECT_EQ(read(user).credits_left, 0);
    EXPECT_EQ(read(user).creditsHeld(), 50);
}

TEST_P(CreditContract, RacingRepeatsOfOneHoldTakeItOnce) {
    const auto user = userWith(50);
    const auto job = ids_.make<JobId>();
    std::vector<Task<Result<Credits>>> holds;
    for (int i = 0; i < 100; ++i) holds.push_back(port().hold(user, job, 5));
    EXPECT_EQ(successes(runAll(std::move(holds))), 100);
    EXPECT_EQ(read(user).credits_left, 45);
}

TEST_P(CreditContract, SettlingGivesBackWhatWasNotCharged) {
    const auto user = userWith(20);
    const auto job = ids_.make<JobId>();
    runTask(port().hold(user, job, 15)).value();
    EXPECT_THAT(runTask(port().settle(user, job, 10)), isOkAnd(Optional(Eq(10))));
    EXPECT_THAT(read(user).holds, IsEmpty());
}

TEST_P(CreditContract, AChargeAboveTheHoldGivesNothingBackAndTakesNoMore) {
    const auto user = userWith(20);
    const auto job = ids_.make<JobId>();
    runTask(port().hold(user, job, 5)).value();
    EXPECT_THAT(runTask(port().settle(user, job, 9)), isOkAnd(Optional(Eq(15))));
}

TEST_P(CreditContract, OfRacingSettlementsOneCounts) {
    const auto user = userWith(20);
    const auto job = ids_.make<JobId>();
    runTask(port().hold(user, job, 15)).value();
    std::vector<Task<Result<std::optional<Credits>>>> settlements;
    for (int i = 0; i < 50; ++i) settlements.push_back(port().settle(user, job, 5));
    const auto results = runAll(std::move(settlements));
    EXPECT_EQ(successes(results), 50);
    EXPECT_EQ(
        std::ranges::count_if(results, [](const auto& result) { return result->has_value(); }), 1);
    EXPECT_EQ(read(user).credits_left, 15);
}

TEST_P(CreditContract, SettlingWithoutAHoldIsNoError) {
    const auto user = userWith(20);
    EXPECT_THAT(runTask(port().settle(user, ids_.make<JobId>(), 5)), isOkAnd(Eq(std::nullopt)));
    EXPECT_EQ(read(user).credits_left, 20);
}

TEST_P(CreditContract, AGrantCountsOnceUntilItIsCleared) {
    const auto user = userWith(1);
    const auto grant = ids_.make<UsageId>();
    EXPECT_THAT(runTask(port().grant(user, grant, 9, "a gift")), isOkAnd(Eq(10)));
    EXPECT_THAT(runTask(port().grant(user, grant, 9, "a gift")), isOkAnd(Eq(10)));
    EXPECT_EQ(read(user).pending_grants.at(grant.str()), 9);
    EXPECT_EQ(read(user).grant_reasons.at(grant.str()), "a gift");
    EXPECT_THAT(runTask(port().clearGrant(user, grant)), isOk());
    EXPECT_THAT(runTask(port().clearGrant(user, grant)), isOk());
    EXPECT_THAT(read(user).pending_grants, IsEmpty());
    EXPECT_THAT(read(user).grant_reasons, IsEmpty());
    EXPECT_EQ(read(user).credits_left, 10);
}

TEST_P(CreditContract, ANegativeGrantNeverGoesBelowZero) {
    const auto user = userWith(10);
    EXPECT_THAT(runTask(port().grant(user, ids_.make<UsageId>(), -11, "a gift")),
                failsWith(ErrorCode::InsufficientCredits));
    EXPECT_THAT(runTask(port().grant(user, ids_.make<UsageId>(), -10, "a gift")), isOkAnd(Eq(0)));
}

INSTANTIATE_TEST_SUITE_P(Every, CreditContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
