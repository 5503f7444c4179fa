#pragma once

#include <functional>
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
#include "service/backlog.h"
#include "service/caller.h"
#include "service/credit_service.h"
#include "service/engines/engine.h"
#include "service/job_requests.h"
#include "service/picture_store.h"
#include "service/prompts.h"
#include "util/clock.h"
#include "util/worker_pool.h"

namespace atelier {

/// A job that was taken on.
struct Accepted {
    Job job;
    Balance balance;  ///< of its owner, with the hold
};

/// Takes on jobs and answers questions about them. Thread-safe.
class JobService {
  public:
    struct Parts {
        Store& store;
        JobQueue& queue;
        BlobStore& blobs;
        PictureStore& pictures;
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
        ImageLimits limits{};        ///< of pictures that come with a request
        Backlog* backlog = nullptr;  ///< refuses jobs when too many wait; null: never
        std::function<void(const Job&)> accepted = {};  ///< told of each job that is taken on
    };
    explicit JobService(Parts parts) : parts_{parts} {}

    /// Validates, prices, holds, stores and queues. When this returns a job, the job
    /// will end exactly once, whatever crashes.
    /// Errors: NotFound (model, garment), ValidationFailed, MaskInvalid,
    /// InsufficientCredits, TooManyActiveJobs, NotReady.
    Task<Result<Accepted>> submitTryOn(Caller caller, TryOnInput in);
    Task<Result<Accepted>> generateModel(Caller caller, GenerateModelInput in);
    Task<Result<Accepted>> changeScene(Caller caller, ChangeSceneInput in);

    /// The same job again: its pictures, its parameters, its version of the prompts and, unless
    /// `in` says another, the seeds it ended up with; at today's price.
    /// Errors: NotFound, Conflict (its model or a garment was deleted); as submitting.
    Task<Result<Accepted>> rerun(Caller caller, JobId id, RerunInput in);

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

    /// Completes when the job has events after `seq`, cannot be read, or after `wait`. Holds no job
    /// meanwhile: thousands of streams wait here.
    Task<> waitForNews(UserId owner, JobId id, std::int64_t seq, Millis wait, std::stop_token stop);

  private:
    /// Checks with the engine, holds, stores and queues.
    Task<Result<Accepted>> accept(Caller caller, Job job);
    /// `at_once`: waits once for both.
    Task<Result<Balance>> holdAndQueue(Job job, bool at_once);
    Result<Job> draft(const Caller& caller, JobKind kind, JobRequest request) const;
    Task<Result<std::vector<Garment>>> findGarments(UserId owner, std::vector<GarmentId> ids);
    Task<Result<std::string>> storeClientMask(std::string base64, Size person);
    /// How long to sleep for want of news, at most `wait`; zero when there are.
    Task<Millis> quietFor(UserId owner, JobId id, std::int64_t seq, Millis wait);
    /// A first look, so that most refusals cost no write; the store decides.
    Task<Result<>> checkActiveJobs(std::shared_ptr<const User> owner);
    Task<Result<>> checkSources(Job job);
    Task<Result<Job>> claimRetry(JobId id);
    Task<Result<Accepted>> repeat(Job failed, std::string request_id);
    Result<> chooseEngine(const ChangeSceneInput& in, JobRequest& request) const;
    /// What a scene job works on.
    struct SceneSource {
        Picture picture;
        std::string original_key;  ///< of a try-on's result: the photo; else empty
    };
    Task<Result<SceneSource>> sourceOf(UserId owner, ChangeSceneInput in);
    Task<Result<SceneSource>> resultOf(UserId owner, JobId id);
    Result<Credits> priceOf(JobKind kind, const JobRequest& request) const;
    Result<> checkWithEngine(const Job& job) const;
    /// `job` with the preset that its request names, if it does, in words and picture.
    /// Errors: NotFound, ValidationFailed (a preset of another domain).
    Task<Result<Job>> withScene(Job job);

    Parts parts_;
};

/// In pixels.
inline Size sizeOf(const Picture& picture) {
    return {static_cast<int>(picture.width), static_cast<int>(picture.height)};
}

}  // namespace atelier
