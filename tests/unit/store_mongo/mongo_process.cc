#include "unit/store_mongo/mongo_process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include <fmt/format.h>

namespace atelier::test {
namespace {

constexpr auto kScript = ATELIER_SOURCE_DIR "/tests/support/mongo/start";
constexpr std::string_view kReady = "listening on 127.0.0.1:";

[[noreturn]] void become(const std::string& port, const std::string& data, int output) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(output, STDOUT_FILENO);
    ::execl(kScript, kScript, port.c_str(), data.c_str(), nullptr);
    ::_exit(127);
}

/// The port in the line that says that it serves; 0 when the output ends without one.
int readPort(int output) {
    std::string seen;
    std::array<char, 256> buffer{};
    for (;;) {
        const auto got = ::read(output, buffer.data(), buffer.size());
        if (got <= 0) return 0;
        seen.append(buffer.data(), static_cast<std::size_t>(got));
        const auto at = seen.find(kReady);
        if (at != std::string::npos && seen.find('\n', at) != std::string::npos)
            return std::stoi(seen.substr(at + kReady.size()));
    }
}

}  // namespace

MongoProcess::MongoProcess(std::filesystem::path data) : data_{std::move(data)} {}

MongoProcess::~MongoProcess() {
    kill();
}

bool MongoProcess::start() {
    std::array<int, 2> channel{};
    if (::pipe(channel.data()) != 0) return false;
    pid_ = ::fork();
    if (pid_ == 0) become(std::to_string(port_), data_.string(), channel[1]);
    ::close(channel[1]);
    port_ = readPort(channel[0]);
    ::close(channel[0]);
    return port_ != 0;
}

void MongoProcess::kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void MongoProcess::pause() const {
    ::kill(pid_, SIGSTOP);
    ::waitpid(pid_, nullptr, WUNTRACED);  // it has stopped, every thread
}

void MongoProcess::resume() const {
    ::kill(pid_, SIGCONT);
}

std::string MongoProcess::uri(const std::string& options) const {
    return fmt::format("mongodb://127.0.0.1:{}/shop?{}", port_, options);
}

}  // namespace atelier::test
