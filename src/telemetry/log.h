#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "config/settings.h"
#include "domain/error.h"
#include "util/names.h"
#include "util/time.h"
#include "util/uuid.h"

/// Structured log: one JSON object per line on stderr.
///
///     log::info("job finished", {{"jobId", job.id}, {"status", job.status}});
///
/// Messages are constant sentences; what varies goes into fields (camelCase; requestId, jobId,
/// taskId, userId are the ones that tie a story together). Passwords, tokens, keys, e-mail
/// addresses, prompts and images are not logged: fields with such names are replaced and text that
/// looks like one is scrubbed (telemetry/scrub.h). Thread-safe; never blocks: when the disk or pipe
/// behind stderr is slow the oldest lines are dropped and counted.
namespace atelier::log {

class Field {
  public:
    using Value = std::variant<std::int64_t, double, bool, std::string>;

    Field(std::string_view name, std::string_view text) : key{name}, value{std::string{text}} {}
    Field(std::string_view name, const std::string& text) : key{name}, value{text} {}
    Field(std::string_view name, const char* text) : key{name}, value{std::string{text}} {}
    Field(std::string_view name, bool flag) : key{name}, value{flag} {}
    template <std::integral T>
    Field(std::string_view name, T number) : key{name}, value{static_cast<std::int64_t>(number)} {}
    template <std::floating_point T>
    Field(std::string_view name, T number) : key{name}, value{static_cast<double>(number)} {}
    /// Milliseconds.
    Field(std::string_view name, Millis took) : key{name}, value{took.count()} {}
    template <class Tag>
    Field(std::string_view name, const Id<Tag>& id) : key{name}, value{id.str()} {}
    template <DescribedEnum E>
    Field(std::string_view name, E word) : key{name}, value{std::string{nameOf(word)}} {}
    /// The code's name.
    Field(std::string_view name, ErrorCode code)
        : key{name}, value{std::string{errorInfo(code).name}} {}
    /// Left out when empty.
    template <class T>
    Field(std::string_view name, const std::optional<T>& maybe)
        : Field{maybe ? Field{name, *maybe} : Field{}} {}

    std::string_view key;  ///< empty: no field
    Value value;

  private:
    Field() = default;
};

using Fields = std::initializer_list<Field>;

bool enabled(LogLevel level);
void write(LogLevel level, std::string_view message, Fields fields);

/// Lines that were formatted elsewhere, by someone who keeps the rules above; newlines between
/// them.
void writeLines(LogLevel level, std::string_view lines);

inline void debug(std::string_view message, Fields fields = {}) {
    write(LogLevel::Debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
    write(LogLevel::Info, message, fields);
}
inline void warn(std::string_view message, Fields fields = {}) {
    write(LogLevel::Warn, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
    write(LogLevel::Error, message, fields);
}

/// The line that `write` would write, without its newline.
std::string format(Instant at, LogLevel level, std::string_view message, Fields fields);

/// Owns the log's background thread: made once in main, before threads that log; its end flushes.
/// Without one, lines go to stderr at once, from level `info`.
class Session {
  public:
    explicit Session(LogLevel level);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
};

/// Hands every line to `take`, from any thread, as long as this lives. For tests.
class CaptureForTest {
  public:
    explicit CaptureForTest(std::function<void(std::string)> take);
    ~CaptureForTest();
    CaptureForTest(const CaptureForTest&) = delete;
    CaptureForTest& operator=(const CaptureForTest&) = delete;
};

}  // namespace atelier::log
