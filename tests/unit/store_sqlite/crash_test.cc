#include <csignal>

#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <random>

#include "queue/local/local_queue.h"
#include "store/sqlite/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace atelier::test {
namespace {

constexpr int kRounds = 5;
constexpr Credits kCredits = 1'000'000;

/// Holds, stores and queues one job after the other, telling `acknowledged` each that is complete.
/// Never returns.
[[noreturn]] void writeUntilKilled(const std::filesystem::path& folder, UserId user,
                                   int acknowledged) {
    FakeClock clock{kNow};
    Uuid7Source real_ids{clock};
    const std::shared_ptr<sqlite::Database> database = sqlite::Database::open(folder).value();
    const auto store = SqliteStore::open(database).value();
    const auto queue = LocalQueue::open(database, clock).value();
    SeqIds ids;
    for (;;) {
        auto job = someJob(ids, user);
        job.id = real_ids.make<JobId>();
        runTask(store->hold(user, job.id, 5)).value();
        runTask(store->insertJob(job)).value();
        runTask(queue->add(job.id, user)).value();
        const auto& bytes = job.id.value().bytes();
        if (::write(acknowledged, bytes.data(), bytes.size()) != std::ssize(bytes)) std::abort();
    }
}

/// Runs `writeUntilKilled` in a child, kills it in the middle of a write, and returns what it had
/// acknowledged.
std::vector<JobId> killMidWrite(const std::filesystem::path& folder, UserId user,
                                std::size_t after) {
    std::array<int, 2> channel{};
    EXPECT_EQ(::pipe(channel.data()), 0);
    const auto child = ::fork();
    if (child == 0) {
        ::close(channel[0]);
        writeUntilKilled(folder, user, channel[1]);
    }
    ::close(channel[1]);
    std::vector<JobId> jobs;
    Uuid::Bytes bytes{};
    while (::read(channel[0], bytes.data(), bytes.size()) == std::ssize(bytes)) {
        jobs.emplace_back(Uuid::fromBytes(bytes));
        if (jobs.size() == after) ::kill(child, SIGKILL);
    }
    ::close(channel[0]);
    ::waitpid(child, nullptr, 0);
    return jobs;
}

TEST(SqliteCrashTest, WhatWasAcknowledgedOutlivesKillMinusNine) {
    const TempDir dir;
    SeqIds ids;
    const auto user = someUser(ids, kCredits);
    {
        const auto store = SqliteStore::open(sqlite::Database::open(dir.path()).value()).value();
        ASSERT_THAT(runTask(store->insertUser(user)), isOk());
    }
    std::mt19937 random{20261123};
    std::vector<JobId> acknowledged;
    for (int round = 0; round < kRounds; ++round) {
        for (const auto& job : killMidWrite(dir.path(), user.id, 1 + random() % 40))
            acknowledged.push_back(job);
    }

    FakeClock clock{kNow};
    const std::shared_ptr<sqlite::Database> database = sqlite::Database::open(dir.path()).value();
    const auto store = SqliteStore::open(database).value();
    const auto queue = LocalQueue::open(database, clock).value();
    const auto after = runTask(store->findUser(user.id)).value().value();
    EXPECT_EQ(after.credits_left + after.creditsHeld(), kCredits);
    for (const auto& job : acknowledged) {
        EXPECT_TRUE(after.holds.contains(job.str()));
        EXPECT_TRUE(runTask(store->findJob(job)).value().has_value());
        EXPECT_TRUE(runTask(queue->contains(job)).value());
    }
}

}  // namespace
}  // namespace atelier::test
