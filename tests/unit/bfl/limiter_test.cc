#include "bfl/limiter.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/run_task.h"

namespace atelier::bfl {
namespace {

using testing::ElementsAre;

class LimiterTest : public testing::Test {
  protected:
    LimiterTest() { make(2); }

    void make(int max) {
        limiter_ = std::make_unique<Limiter>(LimiterOptions{.max_active = max,
                                                            .endpoint_limits = {{"/max", 1}},
                                                            .recovery = Seconds{10},
                                                            .task_lifetime = Seconds{1000}},
                                             clock_);
    }
    /// Queues a submit that notes its name once it has a place; a name that ends with + goes on
    /// with a task.
    void queue(const std::string& name, const std::string& user,
               const std::string& endpoint = "/any", std::stop_token stop = {}) {
        waiting_.push_back(test::start(enter(name, user, endpoint, std::move(stop))));
    }
    Task<bool> enter(std::string name, std::string user, std::string endpoint,
                     std::stop_token stop) {
        const bool granted =
            co_await limiter_->acquire(name, endpoint, user, name.ends_with("+"), stop);
        entered_.push_back(granted ? name : "no " + name);
        co_return granted;
    }

    test::FakeClock clock_;
    std::unique_ptr<Limiter> limiter_;
    std::vector<std::string> entered_;
    std::vector<std::future<bool>> waiting_;
};

TEST_F(LimiterTest, GrantsUpToTheLimit) {
    queue("a", "u");
    queue("b", "u");
    queue("c", "u");
    EXPECT_THAT(entered_, ElementsAre("a", "b"));
    limiter_->release("a");
    EXPECT_THAT(entered_, ElementsAre("a", "b", "c"));
    EXPECT_EQ(limiter_->active(), 2);
}

TEST_F(LimiterTest, WhatGoesOnWithAnActiveTaskDoesNotWaitForOthersToEnd) {
    for (const auto* name : {"a1", "b1", "c1", "a2+", "b2+"}) queue(name, "u");
    EXPECT_THAT(entered_, ElementsAre("a1", "b1", "a2+", "b2+"));
    for (const auto* name : {"a1", "a2+"}) limiter_->release(name);
    EXPECT_THAT(entered_, ElementsAre("a1", "b1", "a2+", "b2+"));
    limiter_->release("b1");
    EXPECT_THAT(entered_, ElementsAre("a1", "b1", "a2+", "b2+", "c1"));
}

TEST_F(LimiterTest, UsersTakeTurns) {
    make(1);
    queue("a1", "a");
    for (const auto* name : {"a2", "a3", "a4"}) queue(name, "a");
    queue("b1", "b");
    queue("c1", "c");
    queue("b2", "b");
    for (const auto* name : {"a1", "b1", "c1", "a2", "b2", "a3"}) limiter_->release(name);
    EXPECT_THAT(entered_, ElementsAre("a1", "b1", "c1", "a2", "b2", "a3", "a4"));
}

TEST_F(LimiterTest, WhoHasNothingAtTheProviderIsNextAndWhoHasWaitsItsTurn) {
    for (const auto* name : {"a1", "a2", "a3", "a4"}) queue(name, "a");
    queue("b1", "b");
    queue("c1", "c");
    limiter_->release("a1");
    limiter_->release("a2");
    EXPECT_THAT(entered_, ElementsAre("a1", "a2", "b1", "c1"));
    // b has one there: behind a.
    queue("b2", "b");
    limiter_->release("c1");
    limiter_->release("b1");
    EXPECT_THAT(entered_, ElementsAre("a1", "a2", "b1", "c1", "a3", "b2"));
    limiter_->release("a3");
    EXPECT_EQ(entered_.back(), "a4");
}

TEST_F(LimiterTest, AFullEndpointDoesNotHoldUpOthers) {
    queue("m1", "a", "/max");
    queue("m2", "a", "/max");
    queue("x", "a");
    EXPECT_THAT(entered_, ElementsAre("m1", "x"));
    limiter_->release("m1");
    EXPECT_THAT(entered_, ElementsAre("m1", "x", "m2"));
}

TEST_F(LimiterTest, ACanceledWaiterLeavesTheQueue) {
    queue("a", "u");
    queue("b", "u");
    std::stop_source stop;
    queue("c", "u", "/any", stop.get_token());
    queue("d", "u");
    stop.request_stop();
    limiter_->release("a");
    EXPECT_THAT(entered_, ElementsAre("a", "b", "no c", "d"));
    queue("e", "u", "/any", stop.get_token());
    EXPECT_EQ(entered_.back(), "no e");
}

TEST_F(LimiterTest, APlaceIsReleasedByItsNewName) {
    queue("ticket", "u");
    limiter_->rename("ticket", "task");
    limiter_->release("ticket");
    EXPECT_EQ(limiter_->active(), 1);
    limiter_->release("task");
    limiter_->release("task");
    EXPECT_EQ(limiter_->active(), 0);
}

TEST_F(LimiterTest, TwoTicketsOfOneTaskAreOnePlace) {
    queue("one", "u");
    queue("two", "u");
    limiter_->rename("one", "task");
    limiter_->rename("two", "task");
    EXPECT_EQ(limiter_->active(), 1);
}

TEST_F(LimiterTest, AdoptedTasksCount) {
    limiter_->adopt("t1", "/any");
    limiter_->adopt("t1", "/any");
    limiter_->adopt("t2", "/any");
    limiter_->adopt("t3", "/any");
    EXPECT_EQ(limiter_->active(), 3);
    queue("a", "u");
    limiter_->release("t1");
    EXPECT_TRUE(entered_.empty());
    limiter_->release("t2");
    EXPECT_THAT(entered_, ElementsAre("a"));
}

TEST_F(LimiterTest, A429LowersTheLimitOncePerBurstAndTimeRaisesIt) {
    make(10);
    for (int i = 0; i < 8; ++i) queue(std::to_string(i), "u");
    limiter_->lower("/any");
    limiter_->lower("/any");
    EXPECT_EQ(limiter_->limit(), 7);
    clock_.advance(Seconds{2});
    limiter_->lower("/any");
    EXPECT_EQ(limiter_->limit(), 6);
    limiter_->recover("/any");
    EXPECT_EQ(limiter_->limit(), 6);
    for (int i = 0; i < 9; ++i) {
        clock_.advance(Seconds{10});
        limiter_->recover("/any");
    }
    EXPECT_EQ(limiter_->limit(), 10);
}

TEST_F(LimiterTest, TheLimitNeverReachesZero) {
    make(1);
    queue("a", "u");
    for (int i = 0; i < 5; ++i) {
        clock_.advance(Seconds{2});
        limiter_->lower("/any");
    }
    EXPECT_EQ(limiter_->limit(), 1);
}

TEST_F(LimiterTest, OnlySomeSubmitAtATime) {
    limiter_ =
        std::make_unique<Limiter>(LimiterOptions{.max_active = 10, .max_submitting = 2}, clock_);
    for (const auto* name : {"a", "b", "c", "d"}) queue(name, "u");
    EXPECT_THAT(entered_, ElementsAre("a", "b"));
    limiter_->rename("a", "task");
    EXPECT_THAT(entered_, ElementsAre("a", "b", "c"));
    limiter_->release("b");
    EXPECT_THAT(entered_, ElementsAre("a", "b", "c", "d"));
    EXPECT_EQ(limiter_->active(), 3);
}

TEST_F(LimiterTest, TasksThatNobodyReleasesAreForgotten) {
    queue("a", "u");
    queue("b", "u");
    clock_.advance(Seconds{1001});
    queue("c", "u");
    EXPECT_THAT(entered_, ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace atelier::bfl
