#include <fmt/format.h>

#include "service/job_service.h"
#include "util/names.h"

namespace atelier {
namespace {

/// How long a retry may take before another one may be started in its place.
constexpr Seconds kRetryUnderWay{60};

}  // namespace

Task<Result<Job>> JobService::claimRetry(JobId id) {
    for (;;) {
        auto found = co_await parts_.store.findJob(id);
        if (!found) co_return failure(std::move(found.error()));
        if (!*found) co_return failure(ErrorCode::NotFound, "there is no such job");
        auto job = std::move(**found);
        if (job.status != JobStatus::Failed)
            co_return failure(ErrorCode::Conflict,
                              fmt::format("only failed jobs are retried, and this one is {}",
                                          nameOf(job.status)));
        if (job.retried_as) {
            auto attempt = co_await parts_.store.findJob(*job.retried_as);
            if (!attempt) co_return failure(std::move(attempt.error()));
            const auto age = parts_.clock.now() - job.retried_as->value().timestamp();
            if (*attempt || age < kRetryUnderWay)
                co_return failure(ErrorCode::Conflict,
                                  "it was retried already, as job " + job.retried_as->str());
        }
        job.retried_as = parts_.ids.make<JobId>();
        auto version = co_await parts_.store.updateJob(job);
        if (!version && version.error().code == ErrorCode::Conflict) continue;
        if (!version) co_return failure(std::move(version.error()));
        job.version = *version;
        co_return job;
    }
}

Task<Result<Accepted>> JobService::repeat(Job failed, std::string request_id) {
    auto owner = co_await parts_.store.findUser(failed.user_id);
    if (!owner) co_return failure(std::move(owner.error()));
    if (!*owner || (*owner)->disabled)
        co_return failure(ErrorCode::Conflict, "the job's account is disabled");
    auto prompts = co_await parts_.prompts.current(failed.request.domain);
    if (!prompts) co_return failure(std::move(prompts.error()));
    Caller caller{std::make_shared<const User>(std::move(**owner)), std::move(request_id),
                  failed.retried_as};
    auto job = draft(caller, failed.kind, heard(failed.request));
    if (!job) co_return failure(std::move(job.error()));
    job->prompt_version = prompts->version;
    job->provenance.inputs = failed.provenance.inputs;
    auto accepted = co_await accept(std::move(caller), std::move(*job));
    co_return accepted;
}

Task<Result<Job>> JobService::retry(JobId id, std::string request_id) {
    auto failed = co_await claimRetry(id);
    if (!failed) co_return failure(std::move(failed.error()));
    auto accepted = co_await repeat(*failed, std::move(request_id));
    if (accepted) co_return std::move(accepted->job);
    failed->retried_as.reset();  // nothing was taken on: it may be tried again at once
    auto freed = co_await parts_.store.updateJob(std::move(*failed));
    (void)freed;  // else after a minute
    co_return failure(std::move(accepted.error()));
}

}  // namespace atelier
