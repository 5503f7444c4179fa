#pragma once

#include "ports/store.h"
#include "service/blob_reaper.h"
#include "service/credit_service.h"
#include "service/job_service.h"

namespace atelier {

/// Erases content for good: a user's, or what has been kept long enough. The ledger stays.
/// Everything can be repeated after a crash. Thread-safe.
class Erasure {
  public:
    struct Parts {
        Store& store;
        JobService& jobs;
        CreditService& credits;
        BlobReaper& blobs;
    };
    explicit Erasure(Parts parts) : parts_{parts} {}

    /// Cancels the user's running jobs, then erases all models, garments, jobs, webhooks and
    /// idempotency keys with every picture that is nobody else's.
    Task<Result<>> eraseUser(UserId user);

    /// Erases uploaded models and garments older than `before`; returns how many. A picture that a
    /// job used goes with the job.
    Task<Result<int>> eraseUploads(Instant before);
    /// Erases jobs that ended, and generated models that were made, before `before`, with their
    /// pictures; returns how many.
    Task<Result<int>> eraseResults(Instant before);

  private:
    using Keys = std::vector<std::string>;
    Task<Result<Keys>> forgetModels(std::vector<Model> models);
    Task<Result<Keys>> forgetGarments(std::vector<Garment> garments);
    Task<Result<Keys>> forgetJob(Job job);
    Task<Result<int>> eraseModels(ModelType type, Instant before);
    Task<Result<int>> eraseJobs(Instant before);

    Parts parts_;
};

}  // namespace atelier
