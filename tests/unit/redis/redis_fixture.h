#pragma once

#include <cstdlib>

#include "redis/client.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier::redis {

/// A Redis of the tests, and keys of this test's own.
class RedisTest : public testing::Test {
  protected:
    /// Of the environment: where the Redis is.
    virtual const char* variable() const { return "ATELIER_TEST_REDIS_URL"; }
    void SetUp() override {
        if (const auto* ca = std::getenv("ATELIER_TEST_REDIS_TLS_CA"))
            ::setenv("SSL_CERT_FILE", ca, 1);  // before the first TLS connection of the process
        const auto* url = std::getenv(variable());
        if (url == nullptr) GTEST_SKIP() << "needs redis-server: " << variable() << " is not set";
        url_ = parseRedisUrl(url).value();
        client_ = Client::open(url_).value();
        const auto& info = *testing::UnitTest::GetInstance()->current_test_info();
        key_ = std::string{"test:"} + info.test_suite_name() + ":" + info.name();
        ask({"DEL", key_});
    }
    Reply ask(std::vector<std::string> args) {
        return test::runTask(client_->command(std::move(args))).value();
    }

    RedisUrl url_;
    std::unique_ptr<Client> client_;
    std::string key_;
};

}  // namespace atelier::redis
