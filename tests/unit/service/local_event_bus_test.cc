#include "service/local_event_bus.h"

#include <optional>

#include <gtest/gtest.h>

#include "support/seq_ids.h"

namespace atelier {
namespace {

const JobId kJob{*Uuid::parse("019ab000-0000-7000-8000-000000000001")};
const JobId kOther{*Uuid::parse("019ab000-0000-7000-8000-000000000002")};

TEST(LocalEventBusTest, TellsEveryListenerOfTheJob) {
    LocalEventBus bus;
    int first = 0, second = 0, other = 0;
    const auto a = bus.subscribe(kJob, [&] { ++first; });
    const auto b = bus.subscribe(kJob, [&] { ++second; });
    const auto c = bus.subscribe(kOther, [&] { ++other; });
    bus.publish(kJob);
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 1);
    EXPECT_EQ(other, 0);
}

TEST(LocalEventBusTest, ForgetsEndedSubscriptions) {
    LocalEventBus bus;
    int calls = 0;
    auto subscription = bus.subscribe(kJob, [&] { ++calls; });
    subscription.reset();
    bus.publish(kJob);
    EXPECT_EQ(calls, 0);
}

TEST(LocalEventBusTest, AListenerMayEndItsOwnSubscription) {
    LocalEventBus bus;
    int calls = 0;
    EventBus::Subscription subscription;
    subscription = bus.subscribe(kJob, [&] {
        ++calls;
        subscription.reset();
    });
    bus.publish(kJob);
    bus.publish(kJob);
    EXPECT_EQ(calls, 1);
}

TEST(LocalEventBusTest, ASubscriptionMayOutliveTheBus) {
    std::optional<LocalEventBus> bus{std::in_place};
    auto subscription = bus->subscribe(kJob, [] {});
    bus.reset();
    subscription.reset();
}

}  // namespace
}  // namespace atelier
