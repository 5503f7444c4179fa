#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace atelier::test {

/// A MongoDB of one test's own (tests/support/mongo/start) whose data is in a file, to be killed,
/// stopped and started again on the same port.
class MongoProcess {
  public:
    explicit MongoProcess(std::filesystem::path data);
    ~MongoProcess();
    MongoProcess(const MongoProcess&) = delete;
    MongoProcess& operator=(const MongoProcess&) = delete;

    /// Blocks until it serves; false when it cannot be had.
    bool start();
    void kill();
    void pause() const;
    void resume() const;

    std::string uri(const std::string& options) const;

  private:
    const std::filesystem::path data_;
    int port_ = 0;
    pid_t pid_ = 0;
};

}  // namespace atelier::test
