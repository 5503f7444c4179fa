#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "redis/client.h"

namespace atelier::test {

/// Keys of one test on the Redis of the tests (ATELIER_TEST_REDIS_URL): all that begin with a
/// prefix of its own, deleted at the end.
class RedisKeys {
  public:
    RedisKeys();
    ~RedisKeys();

    const std::shared_ptr<redis::Client>& client() const { return client_; }
    const std::string& prefix() const { return prefix_; }

    /// Lets `by` pass for the keys that expire, which from then on obey this alone and not Redis'
    /// clock. Their time is rounded up to seconds, so that what the test itself takes does not
    /// count.
    void age(Millis by);

  private:
    redis::Reply ask(std::vector<std::string> args);
    std::vector<std::string> keys();

    std::string prefix_;
    std::shared_ptr<redis::Client> client_;
    std::map<std::string, Millis> left_;  // of keys that have aged
};

}  // namespace atelier::test
