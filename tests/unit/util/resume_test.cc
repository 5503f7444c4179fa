#include "util/resume.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <trantor/net/EventLoopThread.h>

#include "support/run_task.h"

namespace atelier::test {
namespace {

/// Suspends the caller and hands its resumer to `keep`.
struct Park {
    std::promise<Resumer>& parked;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> caller) { parked.set_value(Resumer{caller}); }
    void await_resume() const {}
};

Task<std::thread::id> threadAfter(std::promise<Resumer>* parked) {
    Park park{*parked};
    co_await park;
    co_return std::this_thread::get_id();
}

TEST(ResumeTest, ACallerWithoutALoopGoesOnInPlace) {
    std::promise<Resumer> parked;
    auto thread = start(threadAfter(&parked));
    std::thread{[resume = parked.get_future().get()] { resume(); }}.join();
    EXPECT_NE(thread.get(), std::this_thread::get_id());
}

TEST(ResumeTest, ACallerOnALoopGoesOnThere) {
    trantor::EventLoopThread loop;
    loop.run();
    std::promise<Resumer> parked;
    std::promise<std::thread::id> started, ended;
    loop.getLoop()->queueInLoop([&] {
        started.set_value(std::this_thread::get_id());
        [](std::promise<Resumer>* park, std::promise<std::thread::id>* end) -> drogon::AsyncTask {
            auto task = threadAfter(park);
            const auto id = co_await task;
            end->set_value(id);
        }(&parked, &ended);
    });
    parked.get_future().get()();
    EXPECT_EQ(ended.get_future().get(), started.get_future().get());
}

TEST(ResumeTest, ManyAreResumedTogether) {
    std::vector<std::promise<Resumer>> parked(3);
    std::vector<std::future<std::thread::id>> ended;
    std::vector<Resumer> resumers;
    for (auto& park : parked) {
        ended.push_back(start(threadAfter(&park)));
        resumers.push_back(park.get_future().get());
    }
    resumeAll(resumers);
    for (auto& end : ended) EXPECT_EQ(end.get(), std::this_thread::get_id());
    resumeAll({});
}

}  // namespace
}  // namespace atelier::test
