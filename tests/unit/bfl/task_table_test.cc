#include "bfl/task_table.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"

namespace atelier::bfl {
namespace {

TEST(TaskIdTest, ComesFromTheQuery) {
    EXPECT_EQ(taskIdOf("https://api.eu2.bfl.ai/v1/get_result?id=abc-1"), "abc-1");
    EXPECT_EQ(taskIdOf("https://h/x?a=1&id=2&b=3"), "2");
    EXPECT_EQ(taskIdOf("https://h/x?"), "");
    EXPECT_EQ(taskIdOf("https://h/id=3"), "");
    EXPECT_EQ(taskIdOf(""), "");
}

TEST(TaskTableTest, KnowsATaskUntilItsEnd) {
    test::FakeClock clock;
    TaskTable tasks{clock, std::nullopt};
    tasks.begin("t", "/a");
    EXPECT_EQ(tasks.polled("t"), "/a");
    EXPECT_EQ(tasks.active("/a"), 1);
    EXPECT_EQ(tasks.end("t")->polls, 1);
    EXPECT_FALSE(tasks.end("t"));
    EXPECT_EQ(tasks.polled("t"), "");
    EXPECT_EQ(tasks.active("/a"), 0);
}

TEST(TaskTableTest, LatencyStartsFromTheContractAndLearns) {
    test::FakeClock clock;
    TaskTable tasks{clock, std::nullopt};
    const auto first = tasks.latency("/v1/flux-pro-1.0-fill");
    EXPECT_GT(first, Seconds{1});
    for (int i = 0; i < 60; ++i)
        tasks.learn({"/v1/flux-pro-1.0-fill", clock.now() - Millis{500}, 1});
    EXPECT_EQ(tasks.latency("/v1/flux-pro-1.0-fill"), Millis{200});
    for (int i = 0; i < 60; ++i)
        tasks.learn({"/v1/flux-pro-1.0-fill", clock.now() - Seconds{9}, 4});
    EXPECT_NEAR(static_cast<double>(tasks.latency("/v1/flux-pro-1.0-fill").count()), 9000, 100);
    EXPECT_EQ(TaskTable(clock, Millis{250}).latency("/v1/flux-pro-1.0-fill"), Millis{250});
}

}  // namespace
}  // namespace atelier::bfl
