#include "support/fake_clock.h"

#include <gtest/gtest.h>

#include "support/run_task.h"
#include "support/seq_ids.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;

TEST(FakeClockTest, StandsStillUntilAdvanced) {
    FakeClock clock;
    const auto start = clock.now();
    clock.advance(90s);
    EXPECT_EQ(clock.now() - start, 90s);
}

TEST(FakeClockTest, SleepEndsWhenItsTimeIsReached) {
    FakeClock clock;
    auto slept = start(clock.sleep(100ms, {}));
    clock.advance(99ms);
    EXPECT_EQ(clock.sleepers(), 1U);
    clock.advance(1ms);
    EXPECT_TRUE(slept.get());
}

TEST(FakeClockTest, StopEndsASleepEarly) {
    FakeClock clock;
    std::stop_source stop;
    auto slept = start(clock.sleep(1h, stop.get_token()));
    stop.request_stop();
    EXPECT_FALSE(slept.get());
    EXPECT_EQ(clock.sleepers(), 0U);
}

TEST(FakeClockTest, StoppedBeforeSleepingDoesNotSleep) {
    FakeClock clock;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(runTask(clock.sleep(1h, stop.get_token())));
}

TEST(SeqIdsTest, EachIdSortsAfterTheOneBefore) {
    SeqIds ids;
    const auto first = ids.next();
    const auto second = ids.next();
    EXPECT_LT(first, second);
    EXPECT_EQ(second.str(), "00000000-0002-7000-8000-000000000002");
}

}  // namespace
}  // namespace atelier::test
