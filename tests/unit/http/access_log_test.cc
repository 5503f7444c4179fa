#include "http/access_log.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/log.h"

namespace atelier::http {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// What was written to the log, batch by batch.
class Batches {
  public:
    std::string next() {
        std::unique_lock lock{mutex_};
        came_.wait(lock, [this] { return !texts_.empty(); });
        auto text = std::move(texts_.front());
        texts_.erase(texts_.begin());
        return text;
    }

    std::vector<std::string> rest() {
        const std::lock_guard lock{mutex_};
        return std::exchange(texts_, {});
    }

  private:
    void take(std::string text) {
        {
            const std::lock_guard lock{mutex_};
            texts_.push_back(std::move(text));
        }
        came_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<std::string> texts_;  // guarded by mutex_
    log::CaptureForTest capture_{[this](std::string text) { take(std::move(text)); }};
};

AccessEntry entryOf(std::string_view id) {
    AccessEntry entry;
    entry.request_id = id;
    entry.method = "GET";
    entry.route = "/credits/balance";
    entry.status = 200;
    entry.micros = 90;
    entry.bytes = 41;
    return entry;
}

TEST(AccessLogTest, ALineSaysWhatWasAskedAndAnswered) {
    Batches batches;
    {
        AccessLog log;
        log.add(entryOf("one"));
    }
    const auto line = batches.next();
    EXPECT_THAT(line, testing::StartsWith(R"({"ts":"20)"));
    EXPECT_THAT(line, testing::EndsWith(
                          R"(,"level":"info","msg":"request","requestId":"one","method":"GET",)"
                          R"("route":"/credits/balance","status":200,"micros":90,"bytes":41})"));
}

TEST(AccessLogTest, LinesAreWrittenTogetherAndTheLastWhenItEnds) {
    Batches batches;
    {
        AccessLog log{Millis{3'600'000}};
        log.add(entryOf("one"));
        log.add(entryOf("two"));
    }
    EXPECT_THAT(batches.rest(), ElementsAre(AllOf(HasSubstr("one"), HasSubstr("}\n{"),
                                                  HasSubstr("two"), Not(testing::EndsWith("\n")))));
}

TEST(AccessLogTest, ALineAfterAQuietTimeWakesTheWriter) {
    Batches batches;
    AccessLog log{Millis{1}};
    for (const auto* id : {"first", "after a pause", "after another"}) {
        while (!log.asleep()) std::this_thread::yield();
        log.add(entryOf(id));
        EXPECT_FALSE(log.asleep());
        EXPECT_THAT(batches.next(), HasSubstr(id));
    }
}

TEST(AccessLogTest, NoLineOfManyThreadsIsLost) {
    constexpr int kEach = 500;
    Batches batches;
    {
        AccessLog log{Millis{1}};
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&log] {
                for (int j = 0; j < kEach; ++j) log.add(entryOf("x"));
            });
        }
    }
    int lines = 0;
    for (const auto& text : batches.rest()) lines += 1 + std::ranges::count(text, '\n');
    EXPECT_EQ(lines, 4 * kEach);
}

}  // namespace
}  // namespace atelier::http
