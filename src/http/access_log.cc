#include "http/access_log.h"

#include <iterator>

#include <fmt/compile.h>

#include "telemetry/log.h"

namespace atelier::http {
namespace {

constexpr Millis kBatch{100};
/// When the log cannot keep up, requests do not wait for it: what is beyond this is dropped.
constexpr std::size_t kMostWaiting = 8u << 20;

}  // namespace

AccessLog::AccessLog() : writer_{[this] { writeBatches(); }} {}

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
    const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        if (lines_.size() > kMostWaiting) return;
        if (now != stamped_) {
            stamped_ = now;
            stamp_ = toRfc3339(now);
        }
        first = lines_.empty();
        if (!first) lines_ += '\n';
        fmt::format_to(
            std::back_inserter(lines_),
            FMT_COMPILE(
                R"({{"ts":"{}","level":"info","msg":"request","requestId":"{}","method":"{}",)"
                R"("route":"{}","status":{},"micros":{},"bytes":{})"),
            stamp_, entry.request_id, entry.method, entry.route, entry.status, entry.micros,
            entry.bytes);
        if (entry.user)
            fmt::format_to(std::back_inserter(lines_), R"(,"userId":"{}")", entry.user->str());
        lines_ += '}';
    }
    if (first) changed_.notify_one();
}

void AccessLog::writeBatches() {
    std::unique_lock lock{mutex_};
    while (!stopping_ || !lines_.empty()) {
        changed_.wait(lock, [this] { return stopping_ || !lines_.empty(); });
        if (!stopping_) changed_.wait_for(lock, kBatch, [this] { return stopping_; });
        const auto batch = std::exchange(lines_, {});
        lock.unlock();
        if (!batch.empty()) log::writeLines(LogLevel::Info, batch);
        lock.lock();
    }
}

}  // namespace atelier::http
