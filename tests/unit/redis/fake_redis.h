#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace atelier::redis {

/// A server on a free loopback port that speaks RESP and answers as the test says, right or wrong.
class FakeRedis {
  public:
    using Command = std::vector<std::string>;
    /// The bytes to answer with, maybe none; empty optional: close the connection. `connection`
    /// counts from 1.
    using Answer =
        std::function<std::optional<std::string>(const Command& command, int connection)>;

    /// An answer of "default" greets well.
    explicit FakeRedis(Answer answer);
    ~FakeRedis();

    std::string url() const;
    int connections() const { return connections_; }

  private:
    void serve();
    /// False when the connection is over.
    bool converse(int socket, int number);

    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace atelier::redis
