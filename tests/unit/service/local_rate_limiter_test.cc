#include "service/local_rate_limiter.h"

#include <thread>

#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/seq_ids.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;

class LocalRateLimiterTest : public testing::Test {
  protected:
    RateState take(std::int64_t per_minute = 60) {
        return runTask(limiter_.take(key_, per_minute)).value();
    }

    FakeClock clock_;
    SeqIds ids_;
    LocalRateLimiter limiter_{clock_};
    const RateKey key_{ids_.next(), RatePolicy::Requests};
};

TEST_F(LocalRateLimiterTest, TheWholeAllowanceMayBeUsedAtOnce) {
    for (int left = 59; left >= 0; --left) {
        const auto state = take();
        ASSERT_TRUE(state.allowed);
        EXPECT_EQ(state.remaining, left);
        EXPECT_EQ(state.full_in, 1s * (60 - left));
    }
    const auto refused = take();
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.remaining, 0);
    EXPECT_EQ(refused.retry_after, 1s);
}

TEST_F(LocalRateLimiterTest, RequestsComeBackEvenlyAndARefusedOneTakesNothing) {
    for (int i = 0; i < 60; ++i) take();
    clock_.advance(999ms);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(take().retry_after, 1ms);
    clock_.advance(1ms);
    EXPECT_TRUE(take().allowed);
    EXPECT_FALSE(take().allowed);
    clock_.advance(60s);
    EXPECT_EQ(take().remaining, 59);
}

TEST_F(LocalRateLimiterTest, KeysAndPoliciesAreCountedApart) {
    while (take(5).allowed) {
    }
    EXPECT_TRUE(runTask(limiter_.take({ids_.next(), RatePolicy::Requests}, 5))->allowed);
    EXPECT_TRUE(runTask(limiter_.take({key_.who, RatePolicy::Uploads}, 5))->allowed);
}

TEST_F(LocalRateLimiterTest, AClockThatIsSetBackLocksNobodyOutForLong) {
    for (int i = 0; i < 60; ++i) take();
    clock_.advance(-24h);
    EXPECT_FALSE(take().allowed);
    clock_.advance(1s);
    EXPECT_TRUE(take().allowed);
}

TEST_F(LocalRateLimiterTest, ForgetsKeysWhoseAllowanceIsWhole) {
    for (int i = 0; i < 20'000; ++i) runTask(limiter_.take({ids_.next()}, 60)).value();
    EXPECT_EQ(limiter_.size(), 20'000u);
    clock_.advance(2s);
    for (int i = 0; i < 20'000; ++i) runTask(limiter_.take({ids_.next()}, 60)).value();
    EXPECT_LT(limiter_.size(), 40'000u);
}

TEST_F(LocalRateLimiterTest, ManyThreadsGetNoMoreThanTheAllowance) {
    std::atomic<int> allowed = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 500; ++n) allowed += take(600).allowed ? 1 : 0;
            });
        }
    }
    EXPECT_EQ(allowed, 600);
}

}  // namespace
}  // namespace atelier::test
