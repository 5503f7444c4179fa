#include "util/gather.h"

#include <string>

#include <gmock/gmock.h>

#include "support/fake_clock.h"
#include "support/run_task.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;

class GatherTest : public testing::Test {
  protected:
    Task<int> later(Millis after, int value) {
        begun_.push_back(value);
        co_await clock_.sleep(after, {});
        ended_.push_back(value);
        co_return value;
    }
    Task<std::string> laterText(Millis after, int value) {
        auto number = co_await later(after, value);
        co_return std::to_string(number);
    }

    FakeClock clock_;
    std::vector<int> begun_, ended_;
};

TEST_F(GatherTest, StartsAllAndKeepsTheirOrder) {
    std::vector<Task<int>> tasks;
    tasks.push_back(later(20ms, 1));
    tasks.push_back(later(10ms, 2));
    auto values = start(gather(std::move(tasks)));
    EXPECT_THAT(begun_, testing::ElementsAre(1, 2));
    clock_.advance(10ms);
    clock_.advance(10ms);
    EXPECT_THAT(values.get(), testing::ElementsAre(1, 2));
    EXPECT_THAT(ended_, testing::ElementsAre(2, 1));
}

TEST_F(GatherTest, NoTasksAreOverAtOnce) {
    EXPECT_TRUE(runTask(gather(std::vector<Task<int>>{})).empty());
}

TEST_F(GatherTest, BothWaitsForTheSlowerOne) {
    auto values = start(both(later(10ms, 1), laterText(20ms, 2)));
    EXPECT_THAT(begun_, testing::ElementsAre(1, 2));
    clock_.advance(10ms);
    EXPECT_THAT(ended_, testing::ElementsAre(1));
    clock_.advance(10ms);
    EXPECT_EQ(values.get(), std::pair(1, std::string{"2"}));
}

TEST_F(GatherTest, BothNeedNotWait) {
    EXPECT_EQ(runTask(both(later(0ms, 1), later(0ms, 2))), std::pair(1, 2));
}

}  // namespace
}  // namespace atelier::test
