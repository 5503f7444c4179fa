#include "worker/job_runner.h"

namespace atelier {
namespace {
/// A full image pool or a busy store usually recovers soon; beyond that the queue waits for us.
constexpr RetryPolicy kTransient{.max_retries = 5, .base = Millis{300}, .cap = Millis{5'000}};
}  // namespace

JobRunner::JobRunner(StageParts parts, CreditService& credits, Observer observer)
    : parts_{std::move(parts)},
      credits_{credits},
      observer_{std::move(observer)},
      prepare_{parts_},
      submit_{parts_},
      generate_{parts_},
      store_{parts_} {}

Task<Result<>> JobRunner::step(JobRecord& record, std::stop_token stop) {
    switch (record.job.status) {
        case JobStatus::Queued:
            advance(record.job, JobStatus::Preparing, parts_.clock.now());
            return record.save();
        case JobStatus::Preparing:
            return prepare_.run(record);
        case JobStatus::Submitting:
            return submit_.run(record, std::move(stop));
        case JobStatus::Generating:
            return generate_.run(record, std::move(stop));
        case JobStatus::Storing:
            return store_.run(record);
        case JobStatus::Succeeded:
        case JobStatus::Failed:
        case JobStatus::Canceled:
            break;
    }
    return [](Result<> done) -> Task<Result<>> { co_return done; }(Result<>{});
}

Task<Result<>> JobRunner::removeModels(Job job) {
    if (job.kind != JobKind::Model) co_return Result<>{};
    for (const auto& sample : job.samples) {
        if (!sample.model_id) continue;
        auto removed = co_await parts_.store.removeModel(job.user_id, *sample.model_id);
        if (!removed) co_return failure(std::move(removed.error()));
    }
    co_return Result<>{};
}

Task<JobRunner::Outcome> JobRunner::finish(Job job) {
    if (job.status != JobStatus::Succeeded) {  // unpaid
        auto removed = co_await removeModels(job);
        if (!removed) co_return Outcome::Later;
    }
    for (const auto& sample : job.samples) {
        if (sample.task_id) parts_.provider.release(*sample.task_id);
    }
    auto settled = co_await credits_.settle(job);
    if (!settled) observer_.trouble(job, settled.error());  // the reconciler goes on from here
    parts_.events.publish(job.id);
    if (settled && observer_.job_settled) observer_.job_settled();
    co_return Outcome::Done;
}

JobRunner::Outcome JobRunner::leave(const Job& job, Outcome outcome) {
    for (const auto& sample : job.samples) {
        if (sample.task_id && !isTerminal(sample.status)) parts_.provider.forget(*sample.task_id);
    }
    return outcome;
}

Task<Result<>> JobRunner::giveUp(JobRecord& record, Error why) {
    observer_.trouble(record.job, why);
    abandon(record.job, JobStatus::Failed, why, parts_.clock.now());
    auto saved = co_await record.save();
    co_return saved;
}

Task<JobRunner::Outcome> JobRunner::run(JobId id, std::stop_token stop,
                                        std::function<void()> submitted) {
    RetryBudget budget{kTransient, Deadline::after(parts_.job_deadline)};
    std::optional<Job> made;  // what could not be saved
    for (;;) {
        auto found = co_await parts_.store.findJob(id);
        if (!found) co_return Outcome::Later;
        if (!*found) {
            // Erased meanwhile with all that its user had, so what was just made goes, too.
            if (!made) co_return Outcome::Done;
            auto removed = co_await removeModels(std::move(*made));
            co_return removed ? Outcome::Done : Outcome::Later;
        }
        JobRecord record{std::move(**found), parts_.store, parts_.events};

        // A change that could not be saved may have ended the job in memory only.
        bool reload = false;
        while (!reload && !isTerminal(record.job.status)) {
            if (stop.stop_requested()) co_return leave(record.job, Outcome::Stopped);
            const auto status = record.job.status;
            if (submitted && status >= JobStatus::Generating) std::exchange(submitted, {})();
            const auto begun = std::chrono::steady_clock::now();
            auto done = co_await step(record, stop);
            const auto took =
                std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun);
            if (done) {
                observer_.stage_done(record.job.kind, status, took);
                continue;
            }
            Error why = std::move(done.error());
            const bool ended = isTerminal(record.job.status);  // in memory only
            if (!ended && !isTransient(why)) {
                auto given_up = co_await giveUp(record, why);
                if (given_up) continue;
                why = std::move(given_up.error());
            }
            if (stop.stop_requested()) co_return leave(record.job, Outcome::Stopped);
            reload = true;
            if (why.code == ErrorCode::Conflict || (ended && why.code == ErrorCode::NotFound))
                break;
            observer_.trouble(record.job, why);
            const auto wait = budget.next(why.retry_after);
            if (!wait) co_return leave(record.job, Outcome::Later);
            co_await parts_.clock.sleep(*wait, stop);
        }
        if (reload) {
            made = std::move(record.job);
            continue;
        }
        observer_.job_ended(record.job);
        auto outcome = co_await finish(std::move(record.job));
        co_return outcome;
    }
}

}  // namespace atelier
