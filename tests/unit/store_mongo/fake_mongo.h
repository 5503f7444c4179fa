#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace atelier::test {

/// A server on a free loopback port that speaks just enough of MongoDB's wire protocol to answer
/// every command with what the test says.
class FakeMongo {
  public:
    /// The answer, as JSON, to the command of this name (`ping`, `find`, …; `hello` for the
    /// greeting). Empty: none ever comes.
    using Script = std::function<std::string(const std::string& command)>;

    explicit FakeMongo(Script script);
    ~FakeMongo();
    FakeMongo(const FakeMongo&) = delete;
    FakeMongo& operator=(const FakeMongo&) = delete;

    /// `mongodb://[USER@]127.0.0.1:PORT/shop?OPTIONS`.
    std::string uri(const std::string& user = "", const std::string& options = "") const;
    std::uint16_t port() const { return port_; }

    /// A greeting of a server that speaks up to this wire version.
    static std::string hello(int wire_version);
    static constexpr auto kOk = R"({"ok": 1})";

  private:
    void accept();
    void serve(int socket);

    Script script_;
    int listener_;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::vector<int> sockets_;          // guarded by mutex_
    std::vector<std::thread> threads_;  // guarded by mutex_
    std::thread accepting_;
};

}  // namespace atelier::test
