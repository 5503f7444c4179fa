#include "util/system_clock.h"

#include <atomic>
#include <future>
#include <thread>

#include <malloc.h>

#include <gtest/gtest.h>

#include "support/run_task.h"
#include "util/loop_thread.h"

#ifdef __SANITIZE_ADDRESS__
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // gcc has no header for it
#endif

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

TEST(SystemClockTest, AnAlarmRingsUnlessItIsOffBefore) {
    SystemClock clock;
    std::promise<void> rang;
    std::stop_source off;
    std::atomic<bool> off_rang = false;
    clock.alarm(5ms, off.get_token(), [&] { off_rang = true; });
    off.request_stop();
    clock.alarm(20ms, {}, [&] { rang.set_value(); });
    rang.get_future().get();
    EXPECT_FALSE(off_rang);
}

/// What a job waits beside must not hold on to the loop that the job ran on.
TEST(SystemClockTest, AnAlarmNeedsNoLoopOfItsCaller) {
    SystemClock clock;
    std::promise<void> rang;
    {
        LoopThread thread{"caller"};
        thread.start();
        std::promise<void> set;
        thread.post([&] {
            clock.alarm(5ms, {}, [&] { rang.set_value(); });
            set.set_value();
        });
        set.get_future().get();
    }
    rang.get_future().get();
}

TEST(SystemClockTest, WaitsThatAreLeftEndWithTheClock) {
    std::stop_source off;
    auto witness = std::make_shared<int>();
    {
        SystemClock clock;
        clock.alarm(1h, off.get_token(), [witness] {});
        runTask(clock.sleep(1ms, {}));  // after which the alarm is set
    }
    EXPECT_EQ(witness.use_count(), 1);
    off.request_stop();
}

std::size_t allocatedBytes() {
#ifdef __SANITIZE_ADDRESS__
    return __sanitizer_get_current_allocated_bytes();
#else
    return mallinfo2().uordblks;
#endif
}

/// Each job has a deadline far off, and nearly all end long before.
TEST(SystemClockTest, NothingIsLeftOfAnAlarmThatWasCalledOff) {
    SystemClock clock;
    constexpr int kAlarms = 10'000;
    std::size_t before = 0;
    for (const bool measured : {false, true}) {  // first let the loop take what it keeps
        if (measured) before = allocatedBytes();
        for (int i = 0; i < kAlarms; ++i) {
            std::stop_source off;
            clock.alarm(1h, off.get_token(), [] {});
            off.request_stop();
        }
        // What is queued later is done later.
        for (int i = 0; i < 2; ++i) runTask(clock.sleep(1ms, {}));
    }
    EXPECT_LT(allocatedBytes(), before + 10 * kAlarms);
}

/// Else its coroutine, and all that it owns, would be lost.
TEST(SystemClockTest, ASleepThatWasStoppedBeforeTheClockEndsResumes) {
    for (int i = 0; i < 200; ++i) {
        std::stop_source stop;
        std::future<bool> slept;
        {
            SystemClock clock;
            slept = start(clock.sleep(1h, stop.get_token()));
            stop.request_stop();
        }
        ASSERT_EQ(slept.wait_for(0s), std::future_status::ready) << i;
        EXPECT_FALSE(slept.get());
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
