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
    std::optional<Millis> wait(const char* key) {
        return runTask(limiter_.blockedFor(key)).value();
    }
    void fail(const char* key, int times) {
        for (int i = 0; i < times; ++i) EXPECT_THAT(runTask(limiter_.noteFailure(key)), isOk());
    }

    test::FakeClock clock_;
    LocalAttemptLimiter limiter_{3, 15min, clock_};
};

TEST_F(LocalAttemptLimiterTest, BlocksAKeyUntilItsWindowEnds) {
    fail("ann", 2);
    EXPECT_EQ(wait("ann"), std::nullopt);
    clock_.advance(5min);
    fail("ann", 1);
    EXPECT_EQ(wait("ann"), Millis{10min});
    EXPECT_EQ(wait("bob"), std::nullopt);
    clock_.advance(10min);
    EXPECT_EQ(wait("ann"), std::nullopt);
}

TEST_F(LocalAttemptLimiterTest, ForgetsOnSuccess) {
    fail("ann", 3);
    EXPECT_THAT(runTask(limiter_.forget("ann")), isOk());
    EXPECT_EQ(wait("ann"), std::nullopt);
}

TEST_F(LocalAttemptLimiterTest, RemembersABoundedNumberOfKeys) {
    for (std::size_t i = 0; i <= LocalAttemptLimiter::kMostKeys; ++i) {
        EXPECT_THAT(runTask(limiter_.noteFailure(std::to_string(i))), isOk());
        if (i == 1000) clock_.advance(14min);
    }
    fail("late", 3);
    EXPECT_TRUE(wait("late"));
}

}  // namespace
}  // namespace atelier
