#include "domain/job.h"

#include <algorithm>
#include <cassert>

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
    const auto bad = std::ranges::find_if(job.samples, [](const Sample& s) { return s.error.has_value(); });
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
    for (const auto& [role, key] : job.provenance.inputs) keys.push_back(key);
    for (const auto& [field, key] : job.provenance.images) keys.push_back(key);
    add(job.provenance.mask_key);
    add(job.request.mask_key);
    for (const auto& sample : job.samples) {
        add(sample.raw_key);
        if (!sample.result) continue;
        keys.push_back(sample.result->key);
        keys.push_back(sample.result->thumb_key);
    }
    return keys;
}

UsageAction usageAction(JobKind kind) {
    switch (kind) {
        case JobKind::Tryon: return UsageAction::Tryon;
        case JobKind::Model: return UsageAction::ModelGen;
        case JobKind::Scene: return UsageAction::Scene;
    }
    return UsageAction::Tryon;
}

}  // namespace atelier
