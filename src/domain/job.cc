#include "domain/job.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

namespace atelier {
namespace {

void record(Job& job, Instant at) {
    const auto seq = job.events.empty() ? 1 : job.events.back().seq + 1;
    job.events.push_back({seq, job.status, job.progress, at});
}

}  // namespace

JobError toJobError(const Error& error) {
    const auto& info = errorInfo(error.code);
    return {std::string{info.name}, error.detail, info.retryable, info.charged};
}

GarmentWords wordsOf(const Garment& garment) {
    return {garment.category, garment.description.value_or(garment.name.value_or(""))};
}

Error tooManyActiveJobs(std::int64_t active, std::int64_t allowed) {
    Error error{ErrorCode::TooManyActiveJobs,
                fmt::format("{} jobs are running and {} are allowed at a time", active, allowed)};
    error.retry_after = Seconds{5};
    return error;
}

void advance(Job& job, JobStatus to, Instant at) {
    assert(mayFollow(job.status, to));
    job.status = to;
    if (!job.started_at && to == JobStatus::Preparing) job.started_at = at;
    if (isTerminal(to)) {
        job.finished_at = at;
        job.progress.reset();
    }
    record(job, at);
}

void noteProgress(Job& job, double progress, Instant at) {
    job.progress = progress;
    record(job, at);
}

void conclude(Job& job, Instant at) {
    const auto good = std::ranges::count(job.samples, SampleStatus::Succeeded, &Sample::status);
    job.credits_used = good * job.price_per_sample;
    if (good > 0) {
        advance(job, JobStatus::Succeeded, at);
        return;
    }
    const auto bad =
        std::ranges::find_if(job.samples, [](const Sample& s) { return s.error.has_value(); });
    if (bad != job.samples.end()) job.error = bad->error;
    advance(job, JobStatus::Failed, at);
}

void abandon(Job& job, JobStatus to, const Error& why, Instant at) {
    job.error = toJobError(why);
    job.credits_used = 0;
    for (auto& sample : job.samples) {
        if (isTerminal(sample.status)) continue;
        sample.status = SampleStatus::Failed;
        sample.error = job.error;
    }
    advance(job, to, at);
}

std::vector<std::string> blobKeysOf(const Job& job) {
    std::vector<std::string> keys;
    const auto add = [&keys](const std::optional<std::string>& key) {
        if (key) keys.push_back(*key);
    };
    const auto add_picture = [&keys](const Picture& picture) {
        keys.push_back(picture.key);
        keys.push_back(picture.thumb_key);
    };
    const auto add_record = [&](const Provenance& record) {
        for (const auto& [role, key] : record.inputs) keys.push_back(key);
        for (const auto& [field, key] : record.images) keys.push_back(key);
        add(record.mask_key);
    };
    add_record(job.provenance);
    add(job.request.mask_key);
    for (const auto& sample : job.samples) {
        for (const auto& step : sample.earlier) {
            add(step.raw_key);
            add_picture(step.result);
        }
        if (sample.provenance) add_record(*sample.provenance);
        add(sample.raw_key);
        if (sample.result) add_picture(*sample.result);
    }
    return keys;
}

UsageAction usageAction(JobKind kind) {
    switch (kind) {
        case JobKind::Tryon:
            return UsageAction::Tryon;
        case JobKind::Model:
            return UsageAction::ModelGen;
        case JobKind::Scene:
            return UsageAction::Scene;
    }
    return UsageAction::Tryon;
}

std::vector<JobStep> stepsOf(const JobKind& kind, const JobRequest& request) {
    std::vector<JobStep> steps{{usageAction(kind), request.engine}};
    if (kind == JobKind::Tryon && request.scene_engine)
        steps.push_back({UsageAction::Scene, *request.scene_engine});
    return steps;
}

std::int64_t stepOf(const Job& job) {
    std::int64_t step = 0;
    for (const auto& sample : job.samples) step = std::max(step, sample.step);
    return step;
}

bool isLastStep(const Job& job) {
    return static_cast<std::size_t>(stepOf(job)) + 1 >= stepsOf(job.kind, job.request).size();
}

void beginNextStep(Job& job, Instant at) {
    assert(!isLastStep(job));
    for (auto& sample : job.samples) {
        if (isTerminal(sample.status) || !sample.result) continue;
        assert(mayFollow(sample.status, SampleStatus::Waiting));
        Sample next;
        next.index = sample.index;
        next.step = sample.step + 1;
        next.earlier = std::move(sample.earlier);
        next.earlier.push_back(
            {sample.task_id, sample.provider_cost, sample.raw_key, *sample.result});
        next.seed = sample.seed;
        next.model_id = sample.model_id;
        sample = std::move(next);
    }
    job.progress.reset();
    advance(job, JobStatus::Preparing, at);
}

const Provenance& provenanceOf(const Job& job, const Sample& sample) {
    return sample.provenance ? *sample.provenance : job.provenance;
}

}  // namespace atelier
