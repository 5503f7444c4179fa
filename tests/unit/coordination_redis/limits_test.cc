#include <gmock/gmock.h>

#include "coordination/redis/redis_attempt_limiter.h"
#include "coordination/redis/redis_rate_limiter.h"
#include "coordination/redis/redis_turns.h"
#include "unit/coordination_redis/two_processes.h"

namespace atelier {
namespace {

using test::runTask;

const RateKey kKey{*Uuid::parse("019ab000-0000-7000-8000-000000000001"), RatePolicy::Requests};

class SharedLimitsTest : public test::TwoProcesses {};

TEST_F(SharedLimitsTest, RequestsAreCountedOverAllProcesses) {
    RedisRateLimiter a{*here_, prefix_}, b{*there_, prefix_};
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(runTask(a.take(kKey, 6))->allowed);
        EXPECT_TRUE(runTask(b.take(kKey, 6))->allowed);
    }
    const auto refused = runTask(a.take(kKey, 6));
    EXPECT_FALSE(refused->allowed);
    EXPECT_EQ(refused->remaining, 0);
    EXPECT_GT(refused->retry_after, Millis{0});
    EXPECT_LE(refused->retry_after, Seconds{10}) << "one comes back every ten seconds";
    EXPECT_LE(refused->full_in, Seconds{60});
    EXPECT_TRUE(runTask(b.take({kKey.who, RatePolicy::Uploads}, 6))->allowed)
        << "policies are counted apart";
}

TEST_F(SharedLimitsTest, ManyAtOnceGetNoMoreThanTheAllowance) {
    RedisRateLimiter a{*here_, prefix_}, b{*there_, prefix_};
    std::vector<Task<Result<RateState>>> asked;
    for (int i = 0; i < 50; ++i) {
        asked.push_back(a.take(kKey, 20));
        asked.push_back(b.take(kKey, 20));
    }
    const auto states = test::runAll(std::move(asked));
    EXPECT_EQ(std::ranges::count_if(states, [](const auto& state) { return state->allowed; }), 20);
}

TEST_F(SharedLimitsTest, WhatIsWholeAgainIsForgotten) {
    RedisRateLimiter limiter{*here_, prefix_};
    ASSERT_TRUE(runTask(limiter.take(kKey, 60'000))->allowed);
    EXPECT_TRUE(eventually([&] { return ask({"KEYS", prefix_ + "*"}).items.empty(); }));
}

TEST_F(SharedLimitsTest, AttemptsAreCountedOverAllProcesses) {
    RedisAttemptLimiter a{*here_, prefix_, 2, Seconds{900}}, b{*there_, prefix_, 2, Seconds{900}};
    EXPECT_EQ(*runTask(a.take("account:x")), std::nullopt);
    EXPECT_EQ(*runTask(b.take("account:x")), std::nullopt);
    EXPECT_EQ(*runTask(a.take("account:x")), AttemptLimiter::kWhileOthersRun);
    EXPECT_EQ(*runTask(a.take("account:y")), std::nullopt);
    EXPECT_TRUE(runTask(b.giveBack("account:x")));
    EXPECT_EQ(*runTask(a.take("account:x")), std::nullopt);
    EXPECT_TRUE(runTask(a.noteFailure("account:x")));
    EXPECT_EQ(*runTask(b.take("account:x")), AttemptLimiter::kWhileOthersRun);
    EXPECT_TRUE(runTask(b.noteFailure("account:x")));
    const auto wait = runTask(a.take("account:x"));
    ASSERT_TRUE(wait && *wait);
    EXPECT_GT(**wait, Seconds{800});
    EXPECT_TRUE(runTask(b.forget("account:x")));
    EXPECT_EQ(*runTask(a.take("account:x")), std::nullopt);
}

TEST_F(SharedLimitsTest, ManyAttemptsAtOnceAreNoMore) {
    RedisAttemptLimiter a{*here_, prefix_, 7, Seconds{900}}, b{*there_, prefix_, 7, Seconds{900}};
    std::vector<Task<Result<std::optional<Millis>>>> asked;
    for (int i = 0; i < 50; ++i) {
        asked.push_back(a.take("account:x"));
        asked.push_back(b.take("account:x"));
    }
    const auto waits = test::runAll(std::move(asked));
    EXPECT_EQ(std::ranges::count_if(waits, [](const auto& wait) { return !*wait; }), 7);
}

TEST_F(SharedLimitsTest, AWindowOfAttemptsEnds) {
    RedisAttemptLimiter limiter{*here_, prefix_, 1, Millis{100}};
    EXPECT_EQ(*runTask(limiter.take("account:x")), std::nullopt);
    EXPECT_TRUE(eventually([&] { return !*runTask(limiter.take("account:x")); }));
}

TEST_F(SharedLimitsTest, NothingIsKeptOfAttemptsThatAreAllGivenBack) {
    RedisAttemptLimiter limiter{*here_, prefix_, 2, Seconds{900}};
    EXPECT_TRUE(runTask(limiter.take("account:x")));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(runTask(limiter.giveBack("account:x")));
    EXPECT_TRUE(ask({"KEYS", prefix_ + "*"}).items.empty());
}

TEST_F(SharedLimitsTest, RedisDoesNotLearnWhoTried) {
    RedisAttemptLimiter limiter{*here_, prefix_, 2, Seconds{900}};
    EXPECT_TRUE(runTask(limiter.take("account:somebody@example.com")));
    const auto keys = ask({"KEYS", prefix_ + "*"});
    ASSERT_EQ(keys.items.size(), 1u);
    EXPECT_THAT(keys.items[0].text, testing::Not(testing::HasSubstr("somebody")));
}

TEST_F(SharedLimitsTest, ATurnIsOneProcesssUntilItEnds) {
    RedisTurns a{*here_, prefix_, "a"}, b{*there_, prefix_, "b"};
    EXPECT_TRUE(runTask(a.take("sweep", Seconds{60})));
    EXPECT_FALSE(runTask(b.take("sweep", Seconds{60})));
    EXPECT_TRUE(runTask(b.take("something else", Seconds{60})));
    EXPECT_TRUE(runTask(a.take("sweep", Millis{50})));
    EXPECT_TRUE(eventually([&] { return runTask(b.take("sweep", Seconds{60})); }));
    runTask(a.end("sweep"));
    EXPECT_FALSE(runTask(a.take("sweep", Seconds{60}))) << "it is another's";
    runTask(b.end("sweep"));
    EXPECT_TRUE(runTask(a.take("sweep", Seconds{60})));
}

}  // namespace
}  // namespace atelier
