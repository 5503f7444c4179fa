#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::Eq;
using testing::IsFalse;
using testing::IsTrue;

class IdempotencyContract : public PortContract<Store> {
  protected:
    IdempotencyClaim claimOf(UserId user, const std::string& key,
                             const std::string& fingerprint = "f") {
        IdempotencyClaim claim;
        claim.user_id = user;
        claim.key = key;
        claim.fingerprint = fingerprint;
        claim.job_id = ids_.make<JobId>();
        claim.lease_until = kNow + 30s;
        claim.expires_at = kNow + 24h;
        return claim;
    }
    IdempotencyClaim claim(const IdempotencyClaim& claim, Instant now = kNow) {
        return runTask(port().claimKey(claim, now)).value();
    }

    const UserId user_ = ids_.make<UserId>();
    const KeptAnswer answer_{202, {{"location", "/jobs/1"}}, "{\"id\":1}"};
};

TEST_P(IdempotencyContract, TheFirstClaimStands) {
    const auto first = claimOf(user_, "k", "one");
    EXPECT_EQ(claim(first).job_id, first.job_id);
    const auto stored = claim(claimOf(user_, "k", "two"));
    EXPECT_EQ(stored.job_id, first.job_id);
    EXPECT_EQ(stored.fingerprint, "one");
    EXPECT_EQ(stored.lease_until, first.lease_until);
    EXPECT_THAT(stored.answer, Eq(std::nullopt));
}

TEST_P(IdempotencyContract, KeysAreOfOneUser) {
    const auto mine = claimOf(user_, "k");
    const auto other = claimOf(ids_.make<UserId>(), "k");
    EXPECT_EQ(claim(mine).job_id, mine.job_id);
    EXPECT_EQ(claim(other).job_id, other.job_id);
    EXPECT_THAT(runTask(port().removeClaims(user_)), isOkAnd(Eq(1)));
    EXPECT_EQ(claim(claimOf(other.user_id, "k")).job_id, other.job_id);
}

TEST_P(IdempotencyContract, OfManyThatClaimAtTheSameTimeOneWins) {
    std::vector<IdempotencyClaim> claims;
    std::vector<Task<Result<IdempotencyClaim>>> tasks;
    for (int i = 0; i < 50; ++i) {
        claims.push_back(claimOf(user_, "k"));
        tasks.push_back(port().claimKey(claims.back(), kNow));
    }
    const auto stored = runAll(std::move(tasks));
    int won = 0;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        EXPECT_EQ(stored[i].value().job_id, stored[0].value().job_id);
        if (stored[i].value().job_id == claims[i].job_id) ++won;
    }
    EXPECT_EQ(won, 1);
}

TEST_P(IdempotencyContract, AnAnswerIsKeptAcrossRestarts) {
    const auto first = claim(claimOf(user_, "k"));
    EXPECT_THAT(runTask(port().keepAnswer(user_, "k", ids_.make<JobId>(), answer_)), isOk());
    EXPECT_THAT(claim(claimOf(user_, "k")).answer, Eq(std::nullopt));
    EXPECT_THAT(runTask(port().keepAnswer(user_, "k", first.job_id, answer_)), isOk());
    reopen();
    const auto stored = claim(claimOf(user_, "k"));
    ASSERT_TRUE(stored.answer);
    EXPECT_EQ(stored.answer->status, 202);
    EXPECT_EQ(stored.answer->headers, answer_.headers);
    EXPECT_EQ(stored.answer->body, answer_.body);
}

TEST_P(IdempotencyContract, OfTwoThatTakeOverOneWins) {
    const auto first = claim(claimOf(user_, "k"));
    const auto until = kNow + 60s;
    EXPECT_THAT(runTask(port().renewClaim(user_, "k", first.lease_until, until)),
                isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().renewClaim(user_, "k", first.lease_until, until)),
                isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().keepAnswer(user_, "k", first.job_id, answer_)), isOk());
    EXPECT_THAT(runTask(port().renewClaim(user_, "k", until, until + 30s)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().renewClaim(user_, "other", until, until + 30s)), isOkAnd(IsFalse()));
}

TEST_P(IdempotencyContract, OnlyUnansweredClaimsAreDropped) {
    const auto first = claim(claimOf(user_, "k"));
    EXPECT_THAT(runTask(port().dropClaim(user_, "k", ids_.make<JobId>())), isOk());
    EXPECT_EQ(claim(claimOf(user_, "k")).job_id, first.job_id);
    EXPECT_THAT(runTask(port().dropClaim(user_, "k", first.job_id)), isOk());
    const auto second = claim(claimOf(user_, "k"));
    EXPECT_NE(second.job_id, first.job_id);
    EXPECT_THAT(runTask(port().keepAnswer(user_, "k", second.job_id, answer_)), isOk());
    EXPECT_THAT(runTask(port().dropClaim(user_, "k", second.job_id)), isOk());
    EXPECT_TRUE(claim(claimOf(user_, "k")).answer);
}

TEST_P(IdempotencyContract, AnExpiredKeyIsFreeAgain) {
    const auto first = claim(claimOf(user_, "k", "one"));
    EXPECT_THAT(runTask(port().keepAnswer(user_, "k", first.job_id, answer_)), isOk());
    auto later = claimOf(user_, "k", "two");
    later.expires_at = first.expires_at + 24h;
    EXPECT_EQ(claim(later, first.expires_at - 1ms).job_id, first.job_id);
    const auto stored = claim(later, first.expires_at);
    EXPECT_EQ(stored.job_id, later.job_id);
    EXPECT_EQ(stored.fingerprint, "two");
    EXPECT_THAT(stored.answer, Eq(std::nullopt));
}

TEST_P(IdempotencyContract, SweepsWhatExpired) {
    const auto first = claim(claimOf(user_, "a"));
    claim(claimOf(user_, "b"));
    EXPECT_THAT(runTask(port().removeExpiredClaims(first.expires_at, 10)), isOkAnd(Eq(0)));
    EXPECT_THAT(runTask(port().removeExpiredClaims(first.expires_at + 1ms, 1)), isOkAnd(Eq(1)));
    EXPECT_THAT(runTask(port().removeExpiredClaims(first.expires_at + 1ms, 10)), isOkAnd(Eq(1)));
}

INSTANTIATE_TEST_SUITE_P(Every, IdempotencyContract, testing::ValuesIn(storeBackends()),
                         kBackendName);

}  // namespace
}  // namespace atelier::test
