#include "http/access_log.h"

#include "telemetry/log.h"

namespace atelier::http {
namespace {

constexpr int kQuietBatches = 50;
/// When the log cannot keep up, requests do not wait for it: what is beyond this is dropped.
constexpr std::size_t kMostWaiting = 8u << 20;
constexpr std::size_t kLineBytes = 320;  // what a line mostly needs at most

/// Now, as text, for the thread that asks; made once a millisecond.
std::string_view stamp() {
    thread_local Instant stamped{};
    thread_local std::string text;
    const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
    if (now != stamped) {
        stamped = now;
        text = toRfc3339(now);
    }
    return text;
}

std::string lineOf(const AccessEntry& entry) {
    std::string line;
    line.reserve(kLineBytes);
    line.append(R"({"ts":")").append(stamp());
    line.append(R"(","level":"info","msg":"request","requestId":")").append(entry.request_id);
    line.append(R"(","method":")").append(entry.method);
    line.append(R"(","route":")").append(entry.route);
    line.append(R"(","status":)").append(std::to_string(entry.status));
    line.append(R"(,"micros":)").append(std::to_string(entry.micros));
    line.append(R"(,"bytes":)").append(std::to_string(entry.bytes));
    if (entry.user) line.append(R"(,"userId":")").append(entry.user->str()).append(1, '"');
    return line.append(1, '}');
}

}  // namespace

AccessLog::AccessLog(Millis batch) : batch_{batch}, writer_{[this] { writeBatches(); }} {}

AccessLog::~AccessLog() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    writer_.join();
}

void AccessLog::add(const AccessEntry& entry) {
    if (!log::enabled(LogLevel::Info)) return;
    const auto line = lineOf(entry);
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        if (lines_.size() > kMostWaiting) return;
        if (!lines_.empty()) lines_ += '\n';
        lines_ += line;
        wake = std::exchange(asleep_, false);
    }
    if (wake) changed_.notify_one();
}

bool AccessLog::asleep() const {
    const std::lock_guard lock{mutex_};
    return asleep_;
}

void AccessLog::writeBatches() {
    std::unique_lock lock{mutex_};
    for (int quiet = 0; !stopping_ || !lines_.empty();) {
        if (quiet >= kQuietBatches && !stopping_) {
            asleep_ = true;
            changed_.wait(lock, [this] { return stopping_ || !asleep_; });
        }
        if (!stopping_) changed_.wait_for(lock, batch_, [this] { return stopping_; });
        quiet = lines_.empty() ? quiet + 1 : 0;
        if (lines_.empty()) continue;
        const auto batch = std::exchange(lines_, {});
        lock.unlock();
        log::writeLines(LogLevel::Info, batch);
        lock.lock();
    }
}

}  // namespace atelier::http
