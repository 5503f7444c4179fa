#include "http/job_view.h"

#include <algorithm>

namespace atelier::http {
namespace {

SampleView viewOf(const Sample& sample, const LinkSigner& links) {
    SampleView view;
    view.index = sample.index;
    view.status = sample.status;
    view.seed = sample.seed;
    view.model_id = sample.model_id;
    view.error = sample.error;
    if (sample.result && sample.status == SampleStatus::Succeeded) {
        view.url = links.fileUrl(sample.result->key);
        view.thumb_url = links.fileUrl(sample.result->thumb_key);
        view.width = sample.result->width;
        view.height = sample.result->height;
    }
    return view;
}

/// What was noticed while the job was prepared, each thing once.
std::vector<std::string> warningsOf(const Job& job) {
    auto all = job.provenance.warnings;
    for (const auto& sample : job.samples) {
        if (!sample.provenance) continue;
        for (const auto& warning : sample.provenance->warnings)
            if (std::ranges::find(all, warning) == all.end()) all.push_back(warning);
    }
    return all;
}

void showResult(JobView& view, const Job& job) {
    for (const auto& sample : view.samples) {
        if (!sample.url) continue;
        view.result_url = sample.url;
        view.result_model_id = sample.model_id;
        return;
    }
    view.error = job.error;
}

}  // namespace

std::string jobPath(const Job& job) {
    switch (job.kind) {
        case JobKind::Tryon:
            return "/tryon/" + job.id.str();
        case JobKind::Scene:
            return "/scene/" + job.id.str();
        case JobKind::Model:
            break;
    }
    return "/jobs/" + job.id.str();
}

JobView viewOf(const Job& job, const LinkSigner& links) {
    JobView view;
    view.id = view.job_id = job.id;
    view.kind = job.kind;
    view.status = job.status;
    view.progress = job.progress;
    view.domain = job.request.domain;
    view.engine = job.request.engine;
    view.model_id = job.request.model_id;
    if (job.request.garment_ids.size() == 1) view.garment_id = job.request.garment_ids.front();
    if (!job.request.garment_ids.empty()) view.garment_ids = job.request.garment_ids;
    view.scene = job.request.scene;
    view.prompt = job.request.prompt;
    view.scene_id = job.request.scene_id;
    view.operation = job.request.operation;
    if (auto warnings = warningsOf(job); !warnings.empty()) view.warnings = std::move(warnings);
    view.seed = job.request.seed;
    view.category = job.request.category;
    for (const auto& sample : job.samples) view.samples.push_back(viewOf(sample, links));
    showResult(view, job);
    if (job.provenance.mask_key) view.mask_url = links.fileUrl(*job.provenance.mask_key);
    view.credits_held = isTerminal(job.status) ? 0 : job.credits_held;
    view.credits_used = job.credits_used;
    view.prompt_version = job.prompt_version;
    view.request_id = job.request_id;
    view.created_at = job.created_at;
    view.started_at = job.started_at;
    view.finished_at = job.finished_at;
    const auto self = links.baseUrl() + jobPath(job);
    view.links = {self, self + "/events"};
    return view;
}

}  // namespace atelier::http
