#include "service/auth/local_attempt_limiter.h"

#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier {
namespace {

using namespace std::chrono_literals;
using test::isOk;
using test::runTask;

class LocalAttemptLimiterTest : public testing::Test {
  protected:
    std::optional<Millis> take(const char* key) { return runTask(limiter_.take(key)).value(); }
    void take(const char* key, int times) {
        for (int i = 0; i < times; ++i) EXPECT_EQ(take(key), std::nullopt) << i;
    }
    void fail(const char* key, int times) {
        for (int i = 0; i < times; ++i) {
            take(key, 1);
            EXPECT_THAT(runTask(limiter_.noteFailure(key)), isOk());
        }
    }

    test::FakeClock clock_;
    LocalAttemptLimiter limiter_{3, 15min, clock_};
};

TEST_F(LocalAttemptLimiterTest, BlocksAKeyUntilItsWindowEnds) {
    fail("ann", 2);
    clock_.advance(5min);
    fail("ann", 1);
    EXPECT_EQ(take("ann"), Millis{10min});
    EXPECT_EQ(take("bob"), std::nullopt);
    clock_.advance(10min);
    fail("ann", 3);
    EXPECT_EQ(take("ann"), Millis{15min});
}

TEST_F(LocalAttemptLimiterTest, AttemptsThatRunHoldOthersBackForAMomentOnly) {
    fail("ann", 1);
    take("ann", 2);
    EXPECT_EQ(take("ann"), AttemptLimiter::kWhileOthersRun);
    EXPECT_THAT(runTask(limiter_.noteFailure("ann")), isOk());
    EXPECT_EQ(take("ann"), AttemptLimiter::kWhileOthersRun);
    EXPECT_THAT(runTask(limiter_.noteFailure("ann")), isOk());
    EXPECT_EQ(take("ann"), Millis{15min});
}

TEST_F(LocalAttemptLimiterTest, WhatIsGivenBackMayBeTakenAgain) {
    take("ann", 3);
    for (int i = 0; i < 2; ++i) EXPECT_THAT(runTask(limiter_.giveBack("ann")), isOk());
    take("ann", 2);
    EXPECT_EQ(take("ann"), AttemptLimiter::kWhileOthersRun);
    for (int i = 0; i < 5; ++i) EXPECT_THAT(runTask(limiter_.giveBack("bob")), isOk());
    take("bob", 3);
    EXPECT_EQ(take("bob"), AttemptLimiter::kWhileOthersRun);
}

TEST_F(LocalAttemptLimiterTest, ForgetsOnSuccess) {
    fail("ann", 3);
    EXPECT_THAT(runTask(limiter_.forget("ann")), isOk());
    take("ann", 3);
}

TEST_F(LocalAttemptLimiterTest, RemembersABoundedNumberOfKeys) {
    for (std::size_t i = 0; i <= LocalAttemptLimiter::kMostKeys; ++i) {
        EXPECT_THAT(runTask(limiter_.take(std::to_string(i))), isOk());
        if (i == 1000) clock_.advance(14min);
    }
    take("late", 3);
    EXPECT_TRUE(take("late"));
}

}  // namespace
}  // namespace atelier
