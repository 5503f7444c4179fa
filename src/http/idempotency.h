#pragma once

#include "http/call.h"
#include "service/idempotent_requests.h"
#include "service/link_signer.h"

namespace atelier::http {

/// Carries out what the parameter `Idempotency-Key` of an operation promises. An operation that
/// declares it answers with a Job whose id is that of `Call::caller()`. Thread-safe.
class Idempotency {
  public:
    Idempotency(IdempotentRequests& requests, const LinkSigner& links)
        : requests_{requests}, links_{links} {}

    /// What `handler`, which outlives the call, answers to `call`; or what it answered to the same
    /// request before, with `Idempotent-Replayed: true`, links that work and today's balance. A
    /// failure is not kept: nothing happened.
    /// Errors: IdempotencyKeyReused, IdempotencyInProgress, those of the handler.
    Task<Answer> run(CallPtr call, const Handler* handler);

  private:
    Task<Answer> carryOut(CallPtr call, const Handler* handler, IdempotencyClaim claim);
    drogon::HttpResponsePtr replay(const KeptAnswer& answer) const;
    drogon::HttpResponsePtr recovered(const Job& job) const;

    IdempotentRequests& requests_;
    const LinkSigner& links_;
};

/// Notes in the call what tells its request from others; hashes the body.
void takeFingerprint(Call& call);

}  // namespace atelier::http
