// The queue on Redis from the shell, for tests/api/bullmq.test.mjs and the benchmark:
//
//   queue_tool redis://127.0.0.1:6379 PREFIX COMMAND [ARGUMENT...]
//
//   add JOB USER [DELAY_MS]      remove JOB       contains JOB      position JOB      depth
//   lease LOCK_MS WAIT_MS        ack JOB TOKEN    nack JOB TOKEN DELAY_MS
//   work COUNT CONCURRENCY LOCK_MS   takes COUNT jobs, and finishes each at once; goes on where
//   Redis fails hold LOCK_MS                     takes one job and keeps it, prolonging the lease,
//   until killed fill COUNT WINDOW                adds COUNT jobs of new ids of ten users
//
// Each prints one JSON value a line (work says "working" first); exit code 1 with a message when it
// fails.
#include <sys/resource.h>

#include <cstdio>
#include <functional>
#include <future>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "queue/bullmq/bullmq_queue.h"
#include "support/run_task.h"
#include "util/system_clock.h"

namespace atelier::test {
namespace {

using Args = std::vector<std::string>;

/// How long `work` waits for another job.
constexpr Millis kPatience{5'000};
constexpr Millis kPause{100};

struct Failed {
    Error error;
};

template <class T>
T must(Result<T> result) {
    if (!result) throw Failed{std::move(result.error())};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

void print(const std::string& json) {
    fmt::print("{}\n", json);
    std::fflush(stdout);
}

JobId jobOf(const std::string& text) {
    return JobId::parse(text).value();
}
Millis millisOf(const std::string& text) {
    return Millis{std::stoll(text)};
}

double processorSeconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// What a run took, for the benchmark.
class Stopwatch {
  public:
    void report(int count) const {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun_;
        print(fmt::format(R"({{"count":{},"perSecond":{:.0f},"cpuMicrosEach":{:.1f}}})", count,
                          count / took.count(), 1e6 * (processorSeconds() - cpu_) / count));
    }

  private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    double cpu_ = processorSeconds();
};

/// Runs `lane` that many times beside each other.
void inLanes(int lanes, const std::function<Task<Result<>>()>& lane) {
    std::vector<Task<Result<>>> tasks;
    for (int i = 0; i < lanes; ++i) tasks.push_back(lane());
    for (auto& done : runAll(std::move(tasks))) must(std::move(done));
}

class Tool {
  public:
    Tool(const std::string& url, const std::string& prefix)
        : client_{must(redis::Client::open(must(redis::parseRedisUrl(url))))},
          queue_{must(BullmqQueue::open(client_, clock_, {.prefix = prefix}))} {}

    void run(const std::string& command, const Args& args) {
        if (command == "add") {
            must(runTask(queue_->add(jobOf(args.at(0)), UserId::parse(args.at(1)).value(),
                                     args.size() > 2 ? millisOf(args[2]) : Millis{0})));
            print("true");
        } else if (command == "lease") {
            printLease(
                must(runTask(queue_->lease(millisOf(args.at(0)), millisOf(args.at(1)), {}))));
        } else if (command == "ack") {
            print(fmt::to_string(must(runTask(queue_->ack({jobOf(args.at(0)), args.at(1)})))));
        } else if (command == "nack") {
            print(fmt::to_string(must(
                runTask(queue_->nack({jobOf(args.at(0)), args.at(1)}, millisOf(args.at(2)))))));
        } else if (!runMore(command, args)) {
            throw std::invalid_argument{"no such command: " + command};
        }
    }

  private:
    bool runMore(const std::string& command, const Args& args) {
        if (command == "remove") {
            print(fmt::to_string(must(runTask(queue_->remove(jobOf(args.at(0)))))));
        } else if (command == "contains") {
            print(fmt::to_string(must(runTask(queue_->contains(jobOf(args.at(0)))))));
        } else if (command == "position") {
            const auto at = must(runTask(queue_->position(jobOf(args.at(0)))));
            print(at ? fmt::to_string(*at) : "null");
        } else if (command == "depth") {
            const auto depth = must(runTask(queue_->depth()));
            print(fmt::format(R"({{"waiting":{},"delayed":{},"active":{}}})", depth.waiting,
                              depth.delayed, depth.active));
        } else if (command == "work") {
            work(std::stoi(args.at(0)), std::stoi(args.at(1)), millisOf(args.at(2)));
        } else if (command == "hold") {
            hold(millisOf(args.at(0)));
        } else if (command == "fill") {
            fill(std::stoi(args.at(0)), std::stoi(args.at(1)));
        } else {
            return false;
        }
        return true;
    }

    static void printLease(const std::optional<Lease>& lease) {
        if (!lease) return print("null");
        print(fmt::format(R"({{"job":"{}","token":"{}","attempt":{}}})", lease->job.str(),
                          lease->token, lease->attempt));
    }

    /// Takes one off what is left to do.
    bool draw() {
        int left = left_;
        while (left > 0 && !left_.compare_exchange_weak(left, left - 1)) {
        }
        return left > 0;
    }

    /// Goes on where Redis fails. Ends early when no job comes for a while.
    Task<Result<>> workLane(Millis lock) {
        while (draw()) {
            std::stop_token never;
            auto lease = co_await queue_->lease(lock, kPatience, never);
            if (lease && !*lease) break;
            if (!lease) {
                ++left_;
                co_await clock_.sleep(kPause, never);
                continue;
            }
            auto done = co_await queue_->ack(**lease);
            if (done && *done) {
                ++done_;
                continue;
            }
            ++left_;
            if (!done) co_await clock_.sleep(kPause, never);
        }
        co_return Result<>{};
    }

    void work(int count, int concurrency, Millis lock) {
        left_ = count;
        print("\"working\"");
        const Stopwatch watch;
        inLanes(concurrency, [this, lock] { return workLane(lock); });
        watch.report(done_);
    }

    Task<Result<>> fillLane() {
        while (draw()) {
            const auto user = users_[static_cast<std::size_t>(left_.load()) % users_.size()];
            auto added = co_await queue_->add(ids_.make<JobId>(), user);
            if (!added) co_return failure(std::move(added.error()));
        }
        co_return Result<>{};
    }

    void fill(int count, int window) {
        for (int i = 0; i < 10; ++i) users_.push_back(ids_.make<UserId>());
        left_ = count;
        const Stopwatch watch;
        inLanes(window, [this] { return fillLane(); });
        watch.report(count);
    }

    void hold(Millis lock) {
        const auto lease = must(runTask(queue_->lease(lock, Millis{60'000}, {})));
        printLease(lease);
        for (;;) {
            std::this_thread::sleep_for(lock / 3);
            if (!must(runTask(queue_->extend({lease.value()}, lock))).empty())
                return print("\"lost\"");
        }
    }

    SystemClock clock_;
    Uuid7Source ids_{clock_};
    std::vector<UserId> users_;
    std::atomic<int> left_{0};
    std::atomic<int> done_{0};
    std::shared_ptr<redis::Client> client_;
    std::unique_ptr<BullmqQueue> queue_;
};

}  // namespace
}  // namespace atelier::test

int main(int count, char** words) {
    const std::vector<std::string> args(words + 1, words + count);
    try {
        atelier::test::Tool tool{args.at(0), args.at(1)};
        tool.run(args.at(2), {args.begin() + 3, args.end()});
        return 0;
    } catch (const atelier::test::Failed& failed) {
        fmt::print(stderr, "{} ({})\n", failed.error.detail, failed.error.cause);
    } catch (const std::exception& failed) {
        fmt::print(stderr, "{}\n", failed.what());
    }
    return 1;
}
