#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "domain/pricing.h"
#include "ports/blob_store.h"
#include "ports/event_bus.h"
#include "ports/imaging.h"
#include "ports/job_queue.h"
#include "ports/store.h"
#include "ports/url_guard.h"
#include "service/caller.h"
#include "service/credit_service.h"
#include "service/engines/engine.h"
#include "service/prompts.h"
#include "util/clock.h"
#include "util/worker_pool.h"

namespace atelier {

/// Body of POST /tryon.
struct TryOnInput {
    ModelId model_id;
    std::optional<GarmentId> garment_id;
    std::optional<std::vector<GarmentId>> garment_ids;
    std::optional<Category> category;
    std::optional<std::string> engine;
    std::optional<std::string> domain;
    std::optional<std::string> prompt;
    std::optional<std::string> mask;  ///< base64 PNG
    std::optional<std::int64_t> num_samples;
    std::optional<std::int64_t> seed;
    std::optional<double> guidance;
    std::optional<std::int64_t> steps;
    std::optional<bool> prompt_upsampling;
    std::optional<std::int64_t> safety_tolerance;
    std::optional<std::string> output_format;
    std::optional<std::string> webhook_url;
};
BOOST_DESCRIBE_STRUCT(TryOnInput, (), (model_id, garment_id, garment_ids, category, engine, domain, prompt, mask, num_samples, seed, guidance, steps, prompt_upsampling, safety_tolerance, output_format, webhook_url))

/// Body of POST /models/generate.
struct GenerateModelInput {
    std::string prompt;
    std::optional<std::string> engine;
    std::optional<std::string> domain;
    std::optional<std::string> name;
    std::optional<std::int64_t> width, height;
    std::optional<std::string> aspect_ratio;
    std::optional<std::int64_t> seed;
    std::optional<std::int64_t> num_samples;
    std::optional<bool> prompt_upsampling;
    std::optional<std::int64_t> safety_tolerance;
    std::optional<std::string> output_format;
    std::optional<std::string> webhook_url;
};
BOOST_DESCRIBE_STRUCT(GenerateModelInput, (), (prompt, engine, domain, name, width, height, aspect_ratio, seed, num_samples, prompt_upsampling, safety_tolerance, output_format, webhook_url))

/// A job that was taken on, and the owner's credits after its hold.
struct Accepted {
    Job job;
    Credits credits_left = 0;
};

/// Takes on jobs and answers questions about them. Thread-safe.
class JobService {
  public:
    struct Parts {
        Store& store;
        JobQueue& queue;
        BlobStore& blobs;
        EventBus& events;
        CreditService& credits;
        PromptSource& prompts;
        const EngineRegistry& engines;
        const PriceTable& prices;
        const Imaging& imaging;
        WorkerPool& image_pool;
        Clock& clock;
        IdSource& ids;
        const UrlGuard& urls;
        int max_active_per_user = 20;
    };
    explicit JobService(Parts parts) : parts_{parts} {}

    /// Validates, prices, holds, stores and queues. When this returns a job, the job
    /// will end exactly once, whatever crashes.
    /// Errors: NotFound (model, garment), ValidationFailed, MaskInvalid,
    /// InsufficientCredits, TooManyActiveJobs, NotReady.
    Task<Result<Accepted>> submitTryOn(Caller caller, TryOnInput in);
    Task<Result<Accepted>> generateModel(Caller caller, GenerateModelInput in);

    /// Errors: NotFound (also for another user's job, or one of another kind).
    Task<Result<Job>> find(UserId owner, JobId id, std::optional<JobKind> kind = std::nullopt);
    Task<Result<Page<Job>>> list(UserId owner, JobFilter filter, PageRequest page);
    /// Jobs delivered before this one; empty when it is not waiting.
    Task<Result<std::optional<std::int64_t>>> queuePosition(Job job);

    /// Ends the job as canceled and gives its hold back.
    /// Errors: NotFound, NotCancelable (it has ended).
    Task<Result<Job>> cancel(UserId owner, JobId id, std::optional<JobKind> kind = std::nullopt);

    /// A failed job's request as a new job of its owner, held at today's price; the failed one
    /// stays as it is and names its successor in `retried_as`. At most one succeeds.
    /// Errors: NotFound, Conflict (not failed, retried already, account disabled); as submitting.
    Task<Result<Job>> retry(JobId id, std::string request_id);

    /// The job once it has ended, or as it is after `wait` or when `stop` is requested.
    Task<Result<Job>> waitUntilDone(UserId owner, JobId id, Millis wait, std::stop_token stop);

    /// The job once it has events after `seq`, or as it is after `wait`: for streams.
    Task<Result<Job>> waitForNews(UserId owner, JobId id, std::int64_t seq, Millis wait, std::stop_token stop);

  private:
    Task<Result<Accepted>> accept(Caller caller, Job job);
    Result<Job> draft(const Caller& caller, JobKind kind, JobRequest request) const;
    Task<Result<std::vector<Garment>>> findGarments(UserId owner, std::vector<GarmentId> ids);
    Task<Result<std::string>> storeClientMask(std::string base64, Size person);
    Task<Result<>> checkActiveJobs(UserId owner);
    Task<Result<Job>> claimRetry(JobId id);
    Task<Result<Accepted>> repeat(Job failed, std::string request_id);

    Parts parts_;
};

}  // namespace atelier
