#include "util/worker_pool.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <semaphore>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/run_task.h"

namespace atelier::test {
namespace {

/// Keeps one thread of a pool busy until let go.
class Blocker {
  public:
    explicit Blocker(WorkerPool& pool) {
        EXPECT_TRUE(pool.post([this] {
            entered_.release();
            go_.acquire();
            done_.release();
        }));
        entered_.acquire();
    }
    ~Blocker() {
        go_.release();
        done_.acquire();
    }

  private:
    std::binary_semaphore entered_{0}, go_{0}, done_{0};
};

TEST(WorkerPoolTest, RunsOnAnotherThreadAndGivesTheValue) {
    WorkerPool pool{"test", 1, 10};
    const auto thread = runTask(pool.run([] { return std::this_thread::get_id(); }));
    ASSERT_TRUE(thread.has_value());
    EXPECT_NE(*thread, std::this_thread::get_id());
}

TEST(WorkerPoolTest, WorksWithFewThreadsWhenThereIsLittleToDo) {
    WorkerPool pool{"test", 16, 10};
    std::set<std::thread::id> at_the_end;
    for (int i = 0; i < 1000; ++i) {
        const auto thread = runTask(pool.run([] { return std::this_thread::get_id(); }));
        ASSERT_TRUE(thread.has_value());
        // By then every thread has begun to wait.
        if (i >= 900) at_the_end.insert(*thread);
    }
    // A few may still be on their way to wait when the next piece of work comes; in turn it would
    // be all of them.
    EXPECT_LE(at_the_end.size(), 8U);
}

TEST(WorkerPoolTest, GivesWayWhenToldTo) {
    const auto niceness = [] { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); };
    WorkerPool normal{"test", 1, 10}, gives_way{"test", 1, 10, WorkerPool::Priority::GivesWay};
    EXPECT_EQ(runTask(normal.run(niceness)), niceness());
    EXPECT_EQ(runTask(gives_way.run(niceness)), std::max(10, niceness()));
}

TEST(WorkerPoolTest, LeavesOneProcessorWhenToldTo) {
    const auto processors = [] {
        cpu_set_t allowed;
        EXPECT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
        std::set<int> found;
        for (int i = 0; i < CPU_SETSIZE; ++i)
            if (CPU_ISSET(i, &allowed)) found.insert(i);
        return found;
    };
    auto expected = processors();
    if (expected.size() > 1) expected.erase(expected.begin());
    WorkerPool normal{"test", 1, 10}, leaves_one{"test", 1, 10, WorkerPool::Priority::LeavesOne};
    EXPECT_EQ(runTask(normal.run(processors)), processors());
    EXPECT_EQ(runTask(leaves_one.run(processors)), expected);
    // Also what it starts, as libraries do.
    EXPECT_EQ(
        runTask(leaves_one.run([&] { return std::async(std::launch::async, processors).get(); })),
        expected);
}

TEST(WorkerPoolTest, MovesOnlyMovableValues) {
    WorkerPool pool{"test", 1, 10};
    auto value = runTask(
        pool.run([number = std::make_unique<int>(5)]() mutable { return std::move(number); }));
    EXPECT_EQ(**value, 5);
}

TEST(WorkerPoolTest, RethrowsWhatTheWorkThrew) {
    WorkerPool pool{"test", 1, 10};
    EXPECT_THROW(runTask(pool.run([]() -> int { throw std::runtime_error{"broken"}; })),
                 std::runtime_error);
}

TEST(WorkerPoolTest, AFullPoolRunsNothing) {
    WorkerPool pool{"test", 1, 1};
    std::atomic<int> runs{0};
    {
        const Blocker blocker{pool};
        ASSERT_TRUE(pool.post([&] { ++runs; }));
        EXPECT_EQ(pool.waiting(), 1U);
        EXPECT_EQ(runTask(pool.run([&] { return ++runs; })), std::nullopt);
    }
    EXPECT_EQ(runTask(pool.run([&] { return runs.load(); })), 1);
}

TEST(WorkerPoolTest, ClosingFinishesWhatWasAccepted) {
    std::atomic<int> runs{0};
    {
        WorkerPool pool{"test", 2, 1'000};
        for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.post([&] { ++runs; }));
    }
    EXPECT_EQ(runs.load(), 500);
}

TEST(WorkerPoolTest, ManyCallersAtOnce) {
    WorkerPool pool{"test", 4, 1'000};
    std::vector<Task<std::optional<int>>> tasks;
    for (int i = 0; i < 500; ++i) tasks.push_back(pool.run([i] { return i; }));
    const auto values = runAll(std::move(tasks));
    for (int i = 0; i < 500; ++i) EXPECT_EQ(values[static_cast<std::size_t>(i)], i);
}

}  // namespace
}  // namespace atelier::test
