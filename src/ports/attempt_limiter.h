#pragma once

#include <optional>
#include <string>

#include "domain/error.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// Counts failed attempts by key (an account, an address) over a window of time. Thread-safe.
/// Implementations that share counts between processes may fail with NotReady.
class AttemptLimiter {
  public:
    virtual ~AttemptLimiter() = default;

    /// How long this key must wait; empty when it may try now.
    virtual Task<Result<std::optional<Millis>>> blockedFor(std::string key) = 0;
    virtual Task<Result<>> noteFailure(std::string key) = 0;
    virtual Task<Result<>> forget(std::string key) = 0;
};

}  // namespace atelier
