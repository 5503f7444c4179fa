#pragma once

#include <string>

#include "domain/error.h"
#include "domain/idempotency_claim.h"
#include "util/task.h"

namespace atelier {

/// Idempotency keys, unique by (user, key). Thread-safe. Every change is one atomic change of one
/// document, durable when the task completes. All methods may fail with NotReady.
class IdempotencyStore {
  public:
    virtual ~IdempotencyStore() = default;

    /// Stores `claim` unless the user's key is there already and not expired at `now`. Returns what
    /// is stored then: of many that claim one key at a time, one finds its own job id.
    virtual Task<Result<IdempotencyClaim>> claimKey(IdempotencyClaim claim, Instant now) = 0;
    /// Moves the lease of an unanswered claim if it still is `expected`. False, and nothing
    /// changed, when it is another one, or the claim is answered or gone.
    virtual Task<Result<bool>> renewClaim(UserId user, std::string key, Instant expected,
                                          Instant until) = 0;
    /// Stores the answer of the claim with this job id; a claim that is gone is not an error.
    virtual Task<Result<>> keepAnswer(UserId user, std::string key, JobId job,
                                      KeptAnswer answer) = 0;
    /// Removes the claim with this job id unless it is answered. Missing is not an error.
    virtual Task<Result<>> dropClaim(UserId user, std::string key, JobId job) = 0;
    /// Removes at most `limit` claims that expired before `before`; returns how many.
    virtual Task<Result<int>> removeExpiredClaims(Instant before, int limit) = 0;
    /// Removes all of a user's; returns how many.
    virtual Task<Result<int>> removeClaims(UserId user) = 0;
};

}  // namespace atelier
