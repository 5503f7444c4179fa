#pragma once

#include <functional>
#include <stop_token>

#include "service/credit_service.h"
#include "worker/stages.h"

namespace atelier {

/// Takes one job from wherever it stands to its end. Safe to run again after any
/// crash, and for the same job in two processes at once: compare-and-set on the
/// job lets one of them win. Runs on the calling event loop.
class JobRunner {
  public:
    enum class Outcome {
        Done,     ///< the job has ended, or never existed: take it from the queue
        Later,    ///< a dependency is not ready: deliver it again after a while
        Stopped,  ///< `stop` was requested: give it back at once
    };
    struct Observer {
        std::function<void(JobKind, JobStatus, Millis)> stage_done;
        std::function<void(const Job&)> job_ended;
        /// Something went wrong; `cause` is for the log.
        std::function<void(const Job&, const Error&)> trouble;
        /// An ended job is settled: it can be announced.
        std::function<void()> job_settled = {};
    };

    JobRunner(StageParts parts, CreditService& credits, Observer observer);

    /// `submitted` is called once, when the provider has the job's tasks; never when the job
    /// ends, or is left, before that.
    Task<Outcome> run(JobId id, std::stop_token stop, std::function<void()> submitted = {});

  private:
    Task<Result<>> step(JobRecord& record, std::stop_token stop);
    Task<Outcome> finish(Job job);
    /// The job goes on later, maybe in another process.
    Outcome leave(const Job& job, Outcome outcome);
    /// Takes away the models of a job that was canceled, or failed, after they were inserted.
    Task<Result<>> removeModels(Job job);
    Task<Result<>> giveUp(JobRecord& record, Error why);

    StageParts parts_;
    CreditService& credits_;
    Observer observer_;
    PrepareStage prepare_;
    SubmitStage submit_;
    GenerateStage generate_;
    StoreStage store_;
};

}  // namespace atelier
