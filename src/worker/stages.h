#pragma once

#include <functional>
#include <stop_token>

#include "ports/blob_store.h"
#include "ports/image_provider.h"
#include "ports/imaging.h"
#include "ports/store.h"
#include "service/credit_service.h"
#include "service/engines/engine.h"
#include "service/mask_maker.h"
#include "service/picture_store.h"
#include "service/prompts.h"
#include "util/backoff.h"
#include "util/worker_pool.h"
#include "worker/deadline_stop.h"
#include "worker/job_record.h"

namespace atelier {

/// Hears of a job's tasks at the provider, from the worker's loop; what it does not want is absent.
struct TaskListener {
    /// The provider took the sample's task, `sample.task_id`.
    std::function<void(const Job&, const Sample&)> submitted;
    /// The task was asked about, and will be again after `next`.
    std::function<void(const Job&, const Sample&, const TaskReport&, Millis next)> polled;
    /// `call` (submit, poll or download) failed, after all its repetitions.
    std::function<void(const Job&, const Sample&, std::string_view call, const Error&)> call_failed;
};

/// Everything the stages of a job work with.
struct StageParts {
    Store& store;
    BlobStore& blobs;
    ImageProvider& provider;
    const Imaging& imaging;
    WorkerPool& image_pool;
    PictureStore& pictures;
    MaskMaker& masks;
    PromptSource& prompts;
    const EngineRegistry& engines;
    EventBus& events;
    Clock& clock;
    /// Where the provider calls back for sample `index` of a job: {url, secret}; empty: poll only.
    std::function<std::pair<std::string, std::string>(const Job&, std::int64_t index)> webhook;
    /// A link under which the provider can fetch a blob; empty: pictures go inside the request.
    std::function<std::string(const std::string& key)> picture_link;
    /// For all samples of a job to be submitted; then again for them to be made, from the last
    /// submit.
    Millis job_deadline{600'000};
    Millis ambiguous_grace{30'000};  ///< how long a webhook may still adopt a sample
    TaskListener tasks{};
};

/// Each stage takes a job in one status to the next one. They save before they
/// act, so that running a stage again after a crash goes on where it stopped.
/// Errors: Conflict (load the job again), NotReady (store, blobs or image pool;
/// try again later), Canceled (`stop` was requested); every other error ends the job.
class PrepareStage {
  public:
    explicit PrepareStage(StageParts& parts) : parts_{parts} {}
    /// Preparing → Submitting, or Failed when no sample can be prepared: photos, mask and canvas;
    /// the provider's request is complete and stored afterwards.
    Task<Result<>> run(JobRecord& record);

  private:
    /// What every sample is made from, in the first step.
    Task<Result<>> prepareAll(Job& job);
    /// In a later one each sample goes on with its own picture; a sample that cannot fails alone.
    Task<Result<>> prepareEach(Job& job);
    Task<Result<Provenance>> prepared(const Job& job, Provenance record);
    Task<Result<>> makeMask(const Job& job, const Engine& engine, Provenance& record);
    /// The preset's picture and what guides the layout, for an engine that looks at them.
    Task<Result<>> loadGuides(const Engine& engine, Provenance& record, EngineInputs& inputs);
    Task<Result<>> storePrepared(Prepared prepared, Provenance& record);

    StageParts& parts_;
};

class SubmitStage {
  public:
    explicit SubmitStage(StageParts& parts) : parts_{parts} {}
    /// Submitting → Generating, or Failed when no sample was taken.
    Task<Result<>> run(JobRecord& record, std::stop_token stop);

  private:
    Task<Result<>> submitSamples(JobRecord& record, std::stop_token stop);
    Task<Result<>> submitSample(JobRecord& record, std::size_t index, const DeadlineStop& limit);
    /// Writes down that the provider may have the sample's task from now on.
    Task<Result<>> announce(JobRecord& record, std::size_t index);
    Task<Result<>> recordSubmission(JobRecord& record, std::size_t index, Submission submission,
                                    Deadline deadline);
    Task<Result<>> settleAmbiguous(JobRecord& record, std::size_t index, std::stop_token stop);
    Task<Result<ProviderRequest>> requestFor(Job job, std::size_t index);

    StageParts& parts_;
};

class GenerateStage {
  public:
    explicit GenerateStage(StageParts& parts) : parts_{parts} {}
    /// Generating → Storing, or Failed when no sample was made. Polls all samples of the job.
    Task<Result<>> run(JobRecord& record, std::stop_token stop);

  private:
    /// When a sample is asked about again, and what is known of it so far.
    struct Watch {
        std::size_t index = 0;
        SteadyTime due;
        Millis interval{0};
        int gone = 0;        ///< times in a row that the provider did not know the task
        int lost_links = 0;  ///< times that a finished picture could not be fetched
    };

    /// Waits until `watch` is due, then polls. Canceled: by `stop`, or the deadline has passed.
    Task<Result<>> turn(JobRecord& record, Watch& watch, Instant deadline, std::stop_token stop);
    Task<Result<>> check(JobRecord& record, Watch& watch, std::stop_token stop);
    Task<Result<>> fetch(JobRecord& record, Watch& watch, TaskReport report, std::stop_token stop);
    Task<Result<>> pause(JobRecord& record, SteadyTime until, std::stop_token stop);
    Task<Result<>> endSample(JobRecord& record, std::size_t index, Error why);
    /// The deadline has passed: what is not made by now never will be.
    Task<Result<>> expire(JobRecord& record);
    void later(Watch& watch) const;

    StageParts& parts_;
};

class StoreStage {
  public:
    explicit StoreStage(StageParts& parts) : parts_{parts} {}
    /// Storing → Succeeded or Failed: results made, thumbnails, generated models.
    /// → Preparing while the job has another step to go.
    Task<Result<>> run(JobRecord& record);

  private:
    Task<Result<>> finishSamples(Job& job);
    Task<Result<Picture>> finishSample(Job job, Sample sample);
    Task<Result<>> insertModels(const Job& job);
    Task<Result<>> insertModel(Job job, Sample sample);

    StageParts& parts_;
};

/// Loads the blobs that `record` of `job` names. Errors: NotFound, NotReady.
Task<Result<EngineInputs>> loadInputs(StageParts& parts, Job job, Provenance record);

/// The engine of the step that `job` is at. Errors: ValidationFailed (this version of the program
/// has none of that name).
Result<const Engine*> engineOf(const StageParts& parts, const Job& job);

/// Tells the listener of a provider's call that failed, unless it is we who ended it.
void noteFailedCall(const StageParts& parts, const Job& job, std::size_t index,
                    std::string_view call, const Error& why);

/// True for the errors that say something about us or the moment, not about the job.
bool isTransient(const Error& error);

}  // namespace atelier
