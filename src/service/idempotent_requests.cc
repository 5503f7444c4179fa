#include "service/idempotent_requests.h"

namespace atelier {
namespace {

constexpr int kSweepBatch = 500;

std::unexpected<Error> inProgress() {
    Error error{ErrorCode::IdempotencyInProgress,
                "the first request with this Idempotency-Key is being carried out"};
    error.retry_after = Seconds{1};
    return failure(std::move(error));
}

}  // namespace

Task<Result<IdempotentRequests::Outcome>> IdempotentRequests::begin(IdempotentRequest request) {
    const auto now = clock_.now();
    IdempotencyClaim claim;
    claim.user_id = request.user;
    claim.key = std::move(request.key);
    claim.fingerprint = std::move(request.fingerprint);
    claim.job_id = ids_.make<JobId>();
    claim.lease_until = now + kLease + request.wait;
    claim.expires_at = now + kLife;
    auto stored = co_await claims_.claimKey(claim, now);
    if (!stored) co_return failure(std::move(stored.error()));
    if (stored->job_id == claim.job_id) co_return std::move(*stored);
    if (stored->fingerprint != claim.fingerprint)
        co_return failure(ErrorCode::IdempotencyKeyReused,
                          "this Idempotency-Key came with another request before; make a new one "
                          "for each request");
    if (stored->answer) co_return std::move(*stored->answer);
    auto outcome = co_await repeated(std::move(*stored), claim.lease_until);
    co_return outcome;
}

Task<Result<IdempotentRequests::Outcome>> IdempotentRequests::repeated(IdempotencyClaim stored,
                                                                       Instant lease_until) {
    auto job = co_await jobs_.findJob(stored.job_id);
    if (!job) co_return failure(std::move(job.error()));
    // No answer waits longer than for the job's end.
    if (*job && isTerminal((*job)->status)) co_return std::move(**job);
    if (clock_.now() < stored.lease_until) co_return inProgress();
    if (*job) co_return std::move(**job);
    auto renewed =
        co_await claims_.renewClaim(stored.user_id, stored.key, stored.lease_until, lease_until);
    if (!renewed) co_return failure(std::move(renewed.error()));
    if (!*renewed) co_return inProgress();
    stored.lease_until = lease_until;
    co_return std::move(stored);
}

Task<Result<>> IdempotentRequests::keep(IdempotencyClaim claim, KeptAnswer answer) {
    return claims_.keepAnswer(claim.user_id, std::move(claim.key), claim.job_id, std::move(answer));
}

Task<Result<>> IdempotentRequests::giveUp(IdempotencyClaim claim) {
    auto job = co_await jobs_.findJob(claim.job_id);
    if (!job) co_return failure(std::move(job.error()));
    if (*job) co_return Result<>{};
    auto dropped = co_await claims_.dropClaim(claim.user_id, std::move(claim.key), claim.job_id);
    co_return dropped;
}

Task<Result<int>> IdempotentRequests::sweep() {
    const auto now = clock_.now();
    int total = 0;
    for (;;) {
        auto removed = co_await claims_.removeExpiredClaims(now, kSweepBatch);
        if (!removed) co_return failure(std::move(removed.error()));
        total += *removed;
        if (*removed < kSweepBatch) co_return total;
    }
}

}  // namespace atelier
