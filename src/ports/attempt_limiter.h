#pragma once

#include <optional>
#include <string>

#include "domain/error.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// Counts attempts by key (an account, an address) over a window of time. An attempt counts from
/// its beginning, so that many at once are no more than one after the other; one that did not fail
/// is given back. Thread-safe. Implementations that share counts between processes may fail with
/// NotReady.
class AttemptLimiter {
  public:
    virtual ~AttemptLimiter() = default;

    /// Counts an attempt; empty when it may go ahead. Otherwise nothing is counted: how long this
    /// key must wait.
    virtual Task<Result<std::optional<Millis>>> take(std::string key) = 0;
    /// Takes one attempt back. None of an earlier window: not an error.
    virtual Task<Result<>> giveBack(std::string key) = 0;
    /// Takes all attempts of the key back.
    virtual Task<Result<>> forget(std::string key) = 0;
};

}  // namespace atelier
