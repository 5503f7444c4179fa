#pragma once

#include <string>
#include <variant>

#include "ports/idempotency_store.h"
#include "ports/job_store.h"
#include "util/clock.h"

namespace atelier {

/// A request that shall happen once.
struct IdempotentRequest {
    UserId user;
    std::string key;
    std::string fingerprint;  ///< equal for equal requests
    Seconds wait{0};          ///< how long its answer may wait for the job to end
};

/// Lets requests with an Idempotency-Key take on one job each, however often they are repeated, at
/// the same time or after a crash (draft-ietf-httpapi-idempotency-key-header). Thread-safe, also
/// between processes.
class IdempotentRequests {
  public:
    /// How long a key is remembered.
    static constexpr auto kLife = std::chrono::hours{24};
    /// How long taking on a job may take before someone else may go on with it.
    static constexpr Seconds kLease{30};

    IdempotentRequests(IdempotencyStore& claims, JobStore& jobs, const Clock& clock, IdSource& ids)
        : claims_{claims}, jobs_{jobs}, clock_{clock}, ids_{ids} {}

    /// A claim: carry the request out, with a job of the claim's id. An answer: give it again. A
    /// job: the request was carried out, but its answer was lost in a crash.
    using Outcome = std::variant<IdempotencyClaim, KeptAnswer, Job>;

    /// Errors: IdempotencyKeyReused, IdempotencyInProgress, NotReady.
    Task<Result<Outcome>> begin(IdempotentRequest request);
    /// The request was carried out and answered.
    Task<Result<>> keep(IdempotencyClaim claim, KeptAnswer answer);
    /// The request failed. Without a job nothing happened, and the key is free again.
    Task<Result<>> giveUp(IdempotencyClaim claim);
    /// Forgets what expired; returns how many keys that were.
    Task<Result<int>> sweep();

  private:
    Task<Result<Outcome>> repeated(IdempotencyClaim stored, Instant lease_until);

    IdempotencyStore& claims_;
    JobStore& jobs_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace atelier
