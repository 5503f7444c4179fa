#include "bfl/breaker.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"

namespace atelier::bfl {
namespace {

class BreakerTest : public testing::Test {
  protected:
    void fail(int times) {
        for (int i = 0; i < times; ++i) breaker_.failed("/a");
    }

    test::FakeClock clock_;
    Breaker breaker_{{.failures = 3, .pause = Millis{1000}}, clock_};
};

TEST_F(BreakerTest, OpensAfterFailuresInARow) {
    fail(2);
    breaker_.succeeded("/a");
    fail(2);
    EXPECT_EQ(breaker_.state("/a"), BreakerState::Closed);
    fail(1);
    EXPECT_EQ(breaker_.state("/a"), BreakerState::Open);
    EXPECT_EQ(breaker_.refuses("/a"), Millis{1000});
    EXPECT_FALSE(breaker_.refuses("/b"));
}

TEST_F(BreakerTest, LetsOneTrialThroughAfterThePause) {
    fail(3);
    clock_.advance(Millis{1000});
    EXPECT_FALSE(breaker_.refuses("/a"));
    EXPECT_TRUE(breaker_.refuses("/a"));
    breaker_.succeeded("/a");
    EXPECT_FALSE(breaker_.refuses("/a"));
    EXPECT_EQ(breaker_.state("/a"), BreakerState::Closed);
}

TEST_F(BreakerTest, AFailedTrialDoublesThePause) {
    fail(3);
    clock_.advance(Millis{1000});
    EXPECT_FALSE(breaker_.refuses("/a"));
    fail(1);
    EXPECT_EQ(breaker_.refuses("/a"), Millis{2000});
}

TEST_F(BreakerTest, LateFailuresDoNotLengthenThePause) {
    fail(10);
    EXPECT_EQ(breaker_.refuses("/a"), Millis{1000});
}

TEST_F(BreakerTest, AnAbandonedTrialMakesRoomForTheNext) {
    fail(3);
    clock_.advance(Millis{1000});
    EXPECT_FALSE(breaker_.refuses("/a"));
    breaker_.abandoned("/a");
    EXPECT_FALSE(breaker_.refuses("/a"));
}

}  // namespace
}  // namespace atelier::bfl
