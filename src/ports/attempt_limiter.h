#pragma once

#include <optional>
#include <string>

#include "domain/error.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// Counts failed attempts by key (an account, an address) over a window of time. An attempt counts
/// from its beginning, so that many at once are no more than one after the other; `noteFailure` or
/// `giveBack` ends it. Thread-safe. Implementations that share counts between processes may fail
/// with NotReady.
class AttemptLimiter {
  public:
    virtual ~AttemptLimiter() = default;

    /// How long a key waits whose attempts would be too many if those that run failed.
    static constexpr Millis kWhileOthersRun{1'000};

    /// Begins an attempt; empty when it may go ahead. Otherwise nothing is counted: how long this
    /// key must wait.
    virtual Task<Result<std::optional<Millis>>> take(std::string key) = 0;
    /// Ends an attempt that failed: it counts until the window's end.
    virtual Task<Result<>> noteFailure(std::string key) = 0;
    /// Ends an attempt that did not fail. None of an earlier window: not an error.
    virtual Task<Result<>> giveBack(std::string key) = 0;
    /// Takes back whatever is counted for the key.
    virtual Task<Result<>> forget(std::string key) = 0;
};

}  // namespace atelier
