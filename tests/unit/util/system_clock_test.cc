#include "util/system_clock.h"

#include <thread>

#include <gtest/gtest.h>

#include "support/run_task.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;

TEST(SystemClockTest, TellsTheTimeOfDay) {
    const SystemClock clock;
    const auto now = std::chrono::system_clock::now();
    EXPECT_LT(std::chrono::abs(now - clock.now()), 1s);
}

TEST(SystemClockTest, SleepsAtLeastAsLongAsAsked) {
    SystemClock clock;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(runTask(clock.sleep(20ms, {})));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 19ms);
}

TEST(SystemClockTest, AStopEndsTheSleep) {
    SystemClock clock;
    std::stop_source stop;
    auto slept = start(clock.sleep(1h, stop.get_token()));
    stop.request_stop();
    EXPECT_FALSE(slept.get());
}

TEST(SystemClockTest, AStopBeforehandPreventsTheSleep) {
    SystemClock clock;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(runTask(clock.sleep(1h, stop.get_token())));
}

TEST(SystemClockTest, AStopAfterwardsChangesNothing) {
    SystemClock clock;
    std::stop_source stop;
    EXPECT_TRUE(runTask(clock.sleep(1ms, stop.get_token())));
    stop.request_stop();
}

TEST(SystemClockTest, StopsAndTimersMayRace) {
    SystemClock clock;
    for (int i = 0; i < 200; ++i) {
        std::stop_source stop;
        auto slept = start(clock.sleep(1ms, stop.get_token()));
        std::jthread stopper{[&stop, i] {
            std::this_thread::sleep_for(std::chrono::microseconds{i * 10});
            stop.request_stop();
        }};
        slept.get();
    }
}

TEST(SystemClockTest, ManySleepersWakeTogether) {
    SystemClock clock;
    std::vector<Task<bool>> sleeps;
    for (int i = 0; i < 1'000; ++i) sleeps.push_back(clock.sleep(Millis{i % 20}, {}));
    for (const bool elapsed : runAll(std::move(sleeps))) EXPECT_TRUE(elapsed);
}

}  // namespace
}  // namespace atelier::test
