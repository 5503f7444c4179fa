#include "util/backoff.h"

#include <gtest/gtest.h>

namespace atelier {
namespace {

using namespace std::chrono_literals;

const Deadline kFar = Deadline::after(1h);

TEST(BackoffTest, CeilingsDoubleUpToTheCap) {
    const RetryPolicy policy{.max_retries = 99, .base = 500ms, .cap = 30s};
    EXPECT_EQ(backoffCeiling(policy, 0), 500ms);
    EXPECT_EQ(backoffCeiling(policy, 1), 1s);
    EXPECT_EQ(backoffCeiling(policy, 5), 16s);
    EXPECT_EQ(backoffCeiling(policy, 6), 30s);
    EXPECT_EQ(backoffCeiling(policy, 1'000), 30s);
    EXPECT_EQ(backoffCeiling(policy, -1), 500ms);
}

TEST(BackoffTest, WaitsStayBelowTheirCeilingAndVary) {
    const RetryPolicy policy{.max_retries = 8, .base = 100ms, .cap = 1s};
    bool varies = false;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        RetryBudget budget{policy, kFar, seed};
        for (int n = 0; n < policy.max_retries; ++n) {
            const auto wait = budget.next();
            ASSERT_TRUE(wait.has_value());
            EXPECT_GE(*wait, 0ms);
            EXPECT_LE(*wait, backoffCeiling(policy, n));
            varies = varies || (*wait > 0ms && *wait < backoffCeiling(policy, n));
        }
    }
    EXPECT_TRUE(varies);
}

TEST(BackoffTest, EndsWhenTheTriesAreUsedUp) {
    RetryBudget budget{{.max_retries = 2, .base = 1ms, .cap = 1ms}, kFar, 1};
    EXPECT_TRUE(budget.next());
    EXPECT_TRUE(budget.next());
    EXPECT_FALSE(budget.next());
    EXPECT_EQ(budget.spent(), 2);
}

TEST(BackoffTest, HonoursALongerWishOfTheServer) {
    RetryBudget budget{{.max_retries = 2, .base = 1ms, .cap = 1ms}, kFar, 1};
    EXPECT_EQ(budget.next(7s), 7s);
    EXPECT_LE(*budget.next(0s), 1ms);
}

TEST(BackoffTest, NeverWaitsPastTheDeadline) {
    RetryBudget budget{{.max_retries = 2, .base = 1ms, .cap = 1ms}, Deadline::after(1s), 1};
    EXPECT_FALSE(budget.next(2s));
    EXPECT_EQ(budget.spent(), 0);
    EXPECT_TRUE(budget.next());
}

}  // namespace
}  // namespace atelier
