#include "service/job_service.h"

namespace atelier {

Task<Result<>> JobService::checkSources(Job job) {
    // Who deletes a photo does not want it to be used again, though the job still shows it.
    if (job.request.model_id) {
        auto model = co_await parts_.store.findModel(job.user_id, *job.request.model_id);
        if (!model) co_return failure(std::move(model.error()));
        if (!*model) co_return failure(ErrorCode::Conflict, "the job's model was deleted");
    }
    for (const auto id : job.request.garment_ids) {
        auto garment = co_await parts_.store.findGarment(job.user_id, id);
        if (!garment) co_return failure(std::move(garment.error()));
        if (!*garment)
            co_return failure(ErrorCode::Conflict,
                              "the job's garment " + id.str() + " was deleted");
    }
    co_return Result<>{};
}

Task<Result<Accepted>> JobService::rerun(Caller caller, JobId id, RerunInput in) {
    auto old = co_await find(caller.user->id, id);
    if (!old) co_return failure(std::move(old.error()));
    auto usable = co_await checkSources(*old);
    if (!usable) co_return failure(std::move(usable.error()));

    auto request = heard(old->request);
    if (in.seed) request.seed = in.seed;
    auto job = draft(caller, old->kind, std::move(request));
    if (!job) co_return failure(std::move(job.error()));
    if (!in.seed && old->provenance.takes_seed) {
        for (std::size_t i = 0; i < job->samples.size(); ++i)
            job->samples[i].seed = old->samples[i].seed;
    }
    job->prompt_version = old->prompt_version;
    job->provenance.inputs = old->provenance.inputs;
    auto accepted = co_await accept(std::move(caller), std::move(*job));
    co_return accepted;
}

}  // namespace atelier
