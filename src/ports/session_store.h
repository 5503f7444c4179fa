#pragma once

#include <optional>
#include <string>

#include "domain/error.h"
#include "domain/session.h"
#include "util/task.h"

namespace atelier {

/// Logins. Thread-safe. Durable when a task completes; every change is one atomic change of one
/// document. All methods may fail with NotReady.
class SessionStore {
  public:
    virtual ~SessionStore() = default;

    virtual Task<Result<>> insertSession(LoginSession session) = 0;
    /// Empty when there is none: not an error.
    virtual Task<Result<std::optional<LoginSession>>> findSession(SessionId id) = 0;

    /// Replaces the session if its stored token hash still is `expected_hash`. False, and nothing
    /// changed, when it is another one or the session is gone: of two that race with one token, one
    /// wins.
    virtual Task<Result<bool>> replaceSession(LoginSession session, std::string expected_hash) = 0;

    /// False when there was none.
    virtual Task<Result<bool>> removeSession(SessionId id) = 0;
    /// How many there were.
    virtual Task<Result<int>> removeSessions(UserId user) = 0;
    /// Removes at most `limit` sessions that expired before `before`; returns how many.
    virtual Task<Result<int>> removeExpiredSessions(Instant before, int limit) = 0;
};

}  // namespace atelier
