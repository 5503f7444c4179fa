#include "queue/bullmq/self_test.h"

#include <fmt/format.h>

#include "queue/bullmq/commands.h"

namespace atelier::bullmq {
namespace {

constexpr Millis kLock{10'000};

std::unexpected<Error> wrong(std::string_view step) {
    return failure(ErrorCode::Internal,
                   fmt::format("BullMQ's scripts do not work as expected: {}", step));
}

/// The way of one job: added, fetched, delayed, fetched, given back, fetched, extended, completed,
/// removed.
class Walk {
  public:
    Walk(Commands& commands, Instant now)
        : commands_{commands}, now_{now}, job_{Uuid::v7(now).str()}, user_{Uuid::v7(now).str()} {}

    Task<Result<>> run() {
        auto begun = co_await add();
        if (!begun) co_return begun;
        auto delayed = co_await delay();
        if (!delayed) co_return delayed;
        auto retried = co_await retry();
        if (!retried) co_return retried;
        auto ended = co_await finish();
        co_return ended;
    }

  private:
    Task<Result<>> add() {
        auto added = co_await commands_.add(job_, user_, Millis{0}, now_);
        if (!added) co_return failure(std::move(added.error()));
        auto at = co_await commands_.position(job_);
        if (!at) co_return failure(std::move(at.error()));
        if (!*added || *at != 0) co_return wrong("a new job does not wait");
        auto fetched = co_await fetch(1);
        co_return fetched;
    }

    Task<Result<>> delay() {
        auto delayed = co_await commands_.delay(job_, kToken, Millis{5'000}, now_);
        if (!delayed) co_return failure(std::move(delayed.error()));
        auto depth = co_await commands_.depth(now_);
        if (!depth) co_return failure(std::move(depth.error()));
        if (!*delayed || depth->delayed != 1 || depth->active != 0)
            co_return wrong("a job is not delayed");
        now_ += Millis{5'000};
        auto fetched = co_await fetch(2);
        co_return fetched;
    }

    Task<Result<>> retry() {
        auto retried = co_await commands_.retry(job_, kToken, now_);
        if (!retried) co_return failure(std::move(retried.error()));
        if (!*retried) co_return wrong("a job cannot be given back");
        auto fetched = co_await fetch(3);
        co_return fetched;
    }

    Task<Result<>> finish() {
        std::vector<std::string> jobs{job_};
        std::vector<std::string> tokens{kToken};
        auto lost = co_await commands_.extend(std::move(jobs), std::move(tokens), kLock);
        if (!lost) co_return failure(std::move(lost.error()));
        if (!lost->empty()) co_return wrong("a lock cannot be prolonged");
        auto recovered = co_await commands_.recoverStalled(Millis{1}, now_);
        if (!recovered) co_return failure(std::move(recovered.error()));
        auto done = co_await commands_.complete(job_, kToken, now_);
        if (!done) co_return failure(std::move(done.error()));
        auto state = co_await commands_.state(job_);
        if (!state) co_return failure(std::move(state.error()));
        if (!*done || *state != "completed") co_return wrong("a job cannot be completed");
        auto removed = co_await commands_.remove(job_);
        if (!removed) co_return failure(std::move(removed.error()));
        if (!*removed) co_return wrong("a job cannot be removed");
        co_return Result<>{};
    }

    Task<Result<>> fetch(int starts) {
        auto fetched = co_await commands_.fetch(kToken, kLock, now_);
        if (!fetched) co_return failure(std::move(fetched.error()));
        if (fetched->job != job_ || fetched->starts != starts)
            co_return wrong("a waiting job is not fetched");
        co_return Result<>{};
    }

    static constexpr auto kToken = "self-test";

    Commands& commands_;
    Instant now_;
    std::string job_;
    std::string user_;
};

}  // namespace

Task<Result<>> selfTest(redis::Client& client, const ScriptSet& scripts, std::string prefix) {
    const auto now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
    Commands commands{client, scripts, Keys{prefix, "atelier-self-test-" + Uuid::v7(now).str()}};
    Walk walk{commands, now};
    auto walked = co_await walk.run();
    auto gone = co_await commands.obliterate();
    if (!walked) co_return walked;
    co_return gone;
}

}  // namespace atelier::bullmq
