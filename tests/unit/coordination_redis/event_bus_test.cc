#include "coordination/redis/redis_event_bus.h"

#include <atomic>

#include "unit/coordination_redis/two_processes.h"

namespace atelier {
namespace {

const JobId kJob{*Uuid::parse("019ab000-0000-7000-8000-000000000001")};
const JobId kProbe{*Uuid::parse("019ab000-0000-7000-8000-000000000003")};
const JobId kOther{*Uuid::parse("019ab000-0000-7000-8000-000000000002")};

class RedisEventBusTest : public test::TwoProcesses {
  protected:
    /// Subscribing takes a moment, and at its beginning every listener is called once; a second
    /// call is a message.
    void bothListen() {
        std::atomic<int> here{0}, there{0};
        const auto at_a = a_->subscribe(kProbe, [&] { ++here; });
        const auto at_b = b_->subscribe(kProbe, [&] { ++there; });
        EXPECT_TRUE(eventually([&] {
            ask({"PUBLISH", prefix_ + ":coordination:jobs", "someone " + kProbe.str()});
            return here >= 2 && there >= 2;
        }));
    }
    void SetUp() override {
        TwoProcesses::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        a_ = std::make_unique<RedisEventBus>(*here_, prefix_, "a");
        b_ = std::make_unique<RedisEventBus>(*there_, prefix_, "b");
        bothListen();
    }
    std::unique_ptr<RedisEventBus> a_, b_;
};

TEST_F(RedisEventBusTest, ListenersOfAllProcessesAreTold) {
    std::atomic<int> here{0}, there{0}, other{0};
    const auto one = a_->subscribe(kJob, [&] { ++here; });
    const auto two = b_->subscribe(kJob, [&] { ++there; });
    const auto three = b_->subscribe(kOther, [&] { ++other; });
    a_->publish(kJob);
    EXPECT_EQ(here, 1) << "the own process does not wait for Redis";
    EXPECT_TRUE(eventually([&] { return there == 1; }));
    EXPECT_EQ(other, 0);
    EXPECT_EQ(here, 1) << "nor is it told twice";
}

TEST_F(RedisEventBusTest, AfterAGapEveryListenerIsCalled) {
    std::atomic<int> there{0};
    const auto listening = b_->subscribe(kJob, [&] { ++there; });
    ask({"CLIENT", "KILL", "TYPE", "pubsub"});
    EXPECT_TRUE(eventually([&] { return there >= 1; }));
}

TEST_F(RedisEventBusTest, ASubscriptionMayOutliveTheBus) {
    auto listening = b_->subscribe(kJob, [] {});
    b_.reset();
    a_->publish(kJob);
    listening.reset();
}

}  // namespace
}  // namespace atelier
