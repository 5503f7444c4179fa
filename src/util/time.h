#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace atelier {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// A point on the wall clock, UTC, whole milliseconds. What is stored and shown.
using Instant = std::chrono::sys_time<Millis>;

/// A point on the monotonic clock. What timeouts are measured against.
using SteadyTime = std::chrono::steady_clock::time_point;

/// RFC 3339 in UTC with milliseconds, e.g. `2026-11-23T21:34:20.125Z`.
std::string toRfc3339(Instant at);

/// Reads what `toRfc3339` writes (any fraction or none, `Z` or an offset).
/// Empty when `text` is anything else.
std::optional<Instant> parseRfc3339(std::string_view text);

/// A moment by which something must be over. Child deadlines shrink, never grow.
/// Value type, thread-safe to copy.
class Deadline {
  public:
    static Deadline after(Millis timeout) {
        return Deadline{std::chrono::steady_clock::now() + timeout};
    }
    explicit Deadline(SteadyTime at) : at_{at} {}

    SteadyTime at() const { return at_; }
    bool expired() const { return std::chrono::steady_clock::now() >= at_; }
    /// Time left, never negative.
    Millis left() const;
    /// The earlier of this and `timeout` from now.
    Deadline within(Millis timeout) const;

  private:
    SteadyTime at_;
};

}  // namespace atelier
