#include "worker/worker.h"

#include <condition_variable>
#include <mutex>

#include "unit/worker/jobs_fixture.h"

namespace atelier::test {
namespace {

/// The worker leases by the real clock, on its own thread.
class WorkerTest : public JobsTest {
  protected:
    WorkerTest()
        : parts_{*store_, *blobs_,   provider_, imaging_, image_pool_,   *pictures_,
                 *masks_, *prompts_, engines_,  events_,  system_clock_, {}},
          runner_{parts_,
                  *credits_,
                  {.stage_done = [](JobKind, JobStatus, Millis) {},
                   .job_ended = [this](const Job&) { noteEnd(); },
                   .trouble = [](const Job&, const Error&) {}}},
          worker_{*queue_,
                  runner_,
                  system_clock_,
                  {.concurrency = 2},
                  {.trouble = [](std::string_view, const std::string&) {}}} {}

    void noteEnd() {
        std::lock_guard lock{mutex_};
        ++ended_;
        changed_.notify_all();
    }
    bool waitForEnds(int count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, Seconds{30}, [&] { return ended_ >= count; });
    }

    StageParts parts_;
    JobRunner runner_;
    Worker worker_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int ended_ = 0;
};

TEST_F(WorkerTest, WorksOffTheQueueAndEmptiesIt) {
    std::vector<Job> jobs;
    for (int i = 0; i < 3; ++i) jobs.push_back(submitModel());
    worker_.start();
    ASSERT_TRUE(waitForEnds(3));
    worker_.stop(Seconds{10});
    for (const auto& job : jobs) {
        EXPECT_EQ(stored(job.id).status, JobStatus::Succeeded);
        EXPECT_THAT(runTask(queue_->contains(job.id)), isOkAnd(false));
    }
    expectBooksBalance(12);
}

TEST_F(WorkerTest, LeavesToTheQueueWhatTheProviderHasNoPlaceFor) {
    int leased = 0, most = 0;  // touched on the worker's loop only
    Worker worker{*queue_,
                  runner_,
                  system_clock_,
                  {.concurrency = 16},
                  {.trouble = [](std::string_view, const std::string&) {},
                   .leased =
                       [&](JobId) {
                           ++leased;
                           most = std::max<int>(most, leased - std::ssize(provider_.submitted));
                       }}};
    provider_.on_submit = [&]() -> Task<> {
        do co_await system_clock_.sleep(Millis{20}, {});
        while (leased < Worker::kAhead);
    };
    for (int i = 0; i < 20; ++i) {
        if (i % kMostActive == 0) newOwner();
        submitModel();
    }
    worker.start();
    ASSERT_TRUE(waitForEnds(20));
    worker.stop(Seconds{10});
    EXPECT_EQ(most, Worker::kAhead);
    EXPECT_EQ(leased, 20);
}

TEST_F(WorkerTest, StoppingGivesUnfinishedJobsBack) {
    std::mutex mutex;
    std::condition_variable polled;
    bool was_polled = false;
    provider_.on_poll = [&] {
        std::lock_guard lock{mutex};
        provider_.polls.push_back(running(0));
        was_polled = true;
        polled.notify_all();
        return nothing();
    };
    const auto job = submitModel();
    worker_.start();
    {
        std::unique_lock lock{mutex};
        ASSERT_TRUE(polled.wait_for(lock, Seconds{30}, [&] { return was_polled; }));
    }
    worker_.stop(Seconds{10});
    EXPECT_FALSE(isTerminal(stored(job.id).status));
    EXPECT_THAT(runTask(queue_->position(job.id)), isOkAnd(std::optional<std::int64_t>{0}));
    EXPECT_EQ(worker_.active(), 0);
}

}  // namespace
}  // namespace atelier::test
