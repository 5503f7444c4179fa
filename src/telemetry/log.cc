#include "telemetry/log.h"

#include <atomic>

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace atelier::log {
namespace {

constexpr std::size_t kQueuedLines = 1024;  // 400 bytes each, from the start

spdlog::level::level_enum toSpdlog(LogLevel level) {
    switch (level) {
        case LogLevel::Trace:
            return spdlog::level::trace;
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
            return spdlog::level::info;
        case LogLevel::Warn:
            return spdlog::level::warn;
        case LogLevel::Error:
            return spdlog::level::err;
        case LogLevel::Off:
            return spdlog::level::off;
    }
    return spdlog::level::off;
}

std::shared_ptr<spdlog::logger> prepare(std::shared_ptr<spdlog::logger> logger, LogLevel level) {
    logger->set_pattern("%v");  // the line is complete already
    logger->set_level(toSpdlog(level));
    return logger;
}

std::shared_ptr<spdlog::logger> directLogger() {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    return prepare(std::make_shared<spdlog::logger>("direct", std::move(sink)), LogLevel::Info);
}

/// The process has one stderr, hence one logger; replaced by `Session` and `CaptureForTest` only.
std::shared_ptr<spdlog::logger>& current() {
    static auto logger = directLogger();
    return logger;
}

class CallbackSink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit CallbackSink(std::function<void(std::string)> take) : take_{std::move(take)} {}

  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        take_(std::string{message.payload.data(), message.payload.size()});
    }
    void flush_() override {}

    std::function<void(std::string)> take_;
};

void replace(std::shared_ptr<spdlog::logger> logger) {
    std::atomic_store(&current(), std::move(logger));
}

}  // namespace

bool enabled(LogLevel level) {
    return std::atomic_load(&current())->should_log(toSpdlog(level));
}

void write(LogLevel level, std::string_view message, Fields fields) {
    const auto logger = std::atomic_load(&current());
    if (!logger->should_log(toSpdlog(level))) return;
    const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
    logger->log(toSpdlog(level), format(now, level, message, fields));
}

void writeLines(LogLevel level, std::string_view lines) {
    std::atomic_load(&current())
        ->log(toSpdlog(level), spdlog::string_view_t{lines.data(), lines.size()});
}

Session::Session(LogLevel level) {
    spdlog::init_thread_pool(kQueuedLines, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    replace(prepare(
        std::make_shared<spdlog::async_logger>("atelier", std::move(sink), spdlog::thread_pool(),
                                               spdlog::async_overflow_policy::overrun_oldest),
        level));
}

Session::~Session() {
    const auto dropped = spdlog::thread_pool()->overrun_counter();
    replace(directLogger());
    spdlog::shutdown();  // writes what is queued
    if (dropped > 0) warn("log lines were dropped", {{"lines", dropped}});
}

CaptureForTest::CaptureForTest(std::function<void(std::string)> take) {
    auto sink = std::make_shared<CallbackSink>(std::move(take));
    replace(prepare(std::make_shared<spdlog::logger>("capture", std::move(sink)), LogLevel::Trace));
}

CaptureForTest::~CaptureForTest() {
    replace(directLogger());
}

}  // namespace atelier::log
