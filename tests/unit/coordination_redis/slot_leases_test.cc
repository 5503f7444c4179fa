#include "coordination/redis/redis_slot_leases.h"

#include <atomic>

#include "bfl/limiter.h"
#include "unit/coordination_redis/two_processes.h"

namespace atelier {
namespace {

using test::runTask;

class RedisSlotLeasesTest : public test::TwoProcesses {
  protected:
    static constexpr Millis kLease{60'000};

    void SetUp() override {
        TwoProcesses::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        a_ = std::make_unique<RedisSlotLeases>(*here_, prefix_, kLease, clock_);
        b_ = std::make_unique<RedisSlotLeases>(*there_, prefix_, kLease, clock_);
    }
    std::int64_t held() { return ask({"ZCARD", prefix_ + ":coordination:slots:tasks"}).integer; }
    bool take(RedisSlotLeases& leases, const std::string& holder) {
        return runTask(leases.acquire(holder, pools_, {}));
    }

    const SlotPools pools_{{"tasks", 2}};
    std::unique_ptr<RedisSlotLeases> a_, b_;
};

TEST_F(RedisSlotLeasesTest, TheLimitHoldsOverAllProcesses) {
    EXPECT_TRUE(take(*a_, "one"));
    EXPECT_TRUE(take(*b_, "two"));
    std::stop_source stop;
    auto third = test::start(b_->acquire("three", pools_, stop.get_token()));
    EXPECT_EQ(third.wait_for(Millis{100}), std::future_status::timeout);
    a_->give("one");
    EXPECT_TRUE(third.get());
    EXPECT_EQ(held(), 2);
}

TEST_F(RedisSlotLeasesTest, WhoStopsWaitingLeavesNothingBehind) {
    for (const auto* holder : {"one", "two"}) EXPECT_TRUE(take(*a_, holder));
    std::stop_source stop;
    auto third = test::start(b_->acquire("three", pools_, stop.get_token()));
    stop.request_stop();
    EXPECT_FALSE(third.get());
    EXPECT_EQ(held(), 2);
}

TEST_F(RedisSlotLeasesTest, OneHolderHasOneSlotInWhateverProcess) {
    EXPECT_TRUE(take(*a_, "ticket"));
    a_->rename("ticket", "task");
    EXPECT_TRUE(eventually(
        [&] { return ask({"ZSCORE", prefix_ + ":coordination:slots:tasks", "task"}).text != ""; }));
    b_->adopt("task", pools_);
    EXPECT_TRUE(take(*b_, "task"));
    EXPECT_EQ(held(), 1);
    a_->forget("task");
    b_->give("task");
    EXPECT_TRUE(eventually([&] { return held() == 0; }));
}

TEST_F(RedisSlotLeasesTest, AllPoolsOrNone) {
    const SlotPools both{{"tasks", 2}, {"rare", 1}};
    EXPECT_TRUE(runTask(a_->acquire("one", both, {})));
    std::stop_source stop;
    auto second = test::start(b_->acquire("two", both, stop.get_token()));
    EXPECT_TRUE(take(*b_, "three")) << "who waits for the rare one takes no other meanwhile";
    a_->give("one");
    EXPECT_TRUE(second.get());
}

TEST_F(RedisSlotLeasesTest, SlotsOfADeadProcessComeBackAndThoseOfALivingOneStay) {
    RedisSlotLeases living{*here_, prefix_, Millis{400}, clock_};
    EXPECT_TRUE(take(living, "one"));
    {
        RedisSlotLeases dead{*there_, prefix_, Millis{400}, clock_};
        EXPECT_TRUE(take(dead, "two"));
    }
    EXPECT_TRUE(take(*b_, "three")) << "within a lease";
    EXPECT_TRUE(eventually([&] { return held() == 2; }));
    living.give("one");
    EXPECT_TRUE(take(*b_, "four"));
}

TEST_F(RedisSlotLeasesTest, WhatARestartedRedisForgotIsToldAgain) {
    EXPECT_TRUE(take(*a_, "one"));
    ask({"DEL", prefix_ + ":coordination:slots:tasks"});
    ask({"CLIENT", "KILL", "TYPE", "pubsub"});
    EXPECT_TRUE(eventually([&] { return held() == 1; }));
}

/// Two limiters, as two workers have them: never more than the limit, everybody's turn comes.
TEST_F(RedisSlotLeasesTest, LimitersOfTwoProcessesKeepOneLimit) {
    const auto options = [](SlotLeases* shared) {
        return bfl::LimiterOptions{.max_active = 3, .endpoint_limits = {}, .shared = shared};
    };
    bfl::Limiter one{options(a_.get()), clock_}, two{options(b_.get()), clock_};
    std::atomic<int> active{0}, most{0}, done{0};
    const auto work = [&](bfl::Limiter& limiter, std::string ticket) -> Task<bool> {
        return [](bfl::Limiter& in, std::string name, std::atomic<int>& now, std::atomic<int>& peak,
                  std::atomic<int>& ended, SystemClock& clock) -> Task<bool> {
            const bool granted = co_await in.acquire(name, "/any", name.substr(0, 3), false, {});
            const int here = ++now;
            for (int seen = peak; here > seen && !peak.compare_exchange_weak(seen, here);) {
            }
            co_await clock.sleep(Millis{3}, {});
            --now;
            in.release(name);
            ++ended;
            co_return granted;
        }(limiter, std::move(ticket), active, most, done, clock_);
    };
    std::vector<Task<bool>> tasks;
    for (int i = 0; i < 60; ++i)
        tasks.push_back(work(i % 2 == 0 ? one : two, std::to_string(100 + i)));
    for (const bool granted : test::runAll(std::move(tasks))) EXPECT_TRUE(granted);
    EXPECT_LE(most, 3);
    EXPECT_EQ(done, 60);
    EXPECT_TRUE(eventually(
        [&] { return ask({"ZCARD", prefix_ + ":coordination:slots:bfl"}).integer == 0; }));
}

}  // namespace
}  // namespace atelier
