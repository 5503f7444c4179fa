#include "http/access_log.h"

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
        lines_.append(R"({"ts":")").append(stamp_);
        lines_.append(R"(","level":"info","msg":"request","requestId":")").append(entry.request_id);
        lines_.append(R"(","method":")").append(entry.method);
        lines_.append(R"(","route":")").append(entry.route);
        lines_.append(R"(","status":)").append(std::to_string(entry.status));
        lines_.append(R"(,"micros":)").append(std::to_string(entry.micros));
        lines_.append(R"(,"bytes":)").append(std::to_string(entry.bytes));
        if (entry.user) lines_.append(R"(,"userId":")").append(entry.user->str()).append(1, '"');
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
