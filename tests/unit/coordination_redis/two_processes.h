#pragma once

#include <cstdlib>

#include <gtest/gtest.h>

#include "redis/client.h"
#include "support/run_task.h"
#include "util/system_clock.h"
#include "util/uuid.h"

namespace atelier::test {

/// Two clients of one Redis, as two processes have them, under a prefix of the test's own.
class TwoProcesses : public testing::Test {
  protected:
    void SetUp() override {
        const char* url = std::getenv("ATELIER_TEST_REDIS_URL");
        if (url == nullptr) GTEST_SKIP() << "needs redis-server: ATELIER_TEST_REDIS_URL is not set";
        for (auto* redis : {&here_, &there_}) {
            auto opened = redis::Client::open(redis::parseRedisUrl(url).value());
            ASSERT_TRUE(opened) << opened.error().detail << opened.error().cause;
            *redis = std::move(*opened);
        }
    }
    redis::Reply ask(std::vector<std::string> args) {
        return runTask(here_->command(std::move(args))).value();
    }

    /// Looks until `condition` holds, at most 10 s.
    template <class Condition>
    static bool eventually(Condition condition) {
        const auto deadline = Deadline::after(Seconds{10});
        while (!condition()) {
            if (deadline.expired()) return false;
            std::this_thread::sleep_for(Millis{5});
        }
        return true;
    }

    const std::string prefix_ =
        "test-" + Uuid::v7(std::chrono::floor<Millis>(std::chrono::system_clock::now())).str();
    SystemClock clock_;
    std::unique_ptr<redis::Client> here_, there_;
};

}  // namespace atelier::test
