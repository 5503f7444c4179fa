#include "http/job_view.h"

namespace atelier::http {
namespace {

SampleView viewOf(const Sample& sample, const LinkSigner& links) {
    SampleView view;
    view.index = sample.index;
    view.status = sample.status;
    view.seed = sample.seed;
    view.model_id = sample.model_id;
    view.error = sample.error;
    if (sample.result) {
        view.url = links.fileUrl(sample.result->key);
        view.thumb_url = links.fileUrl(sample.result->thumb_key);
        view.width = sample.result->width;
        view.height = sample.result->height;
    }
    return view;
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
    return (job.kind == JobKind::Tryon ? "/tryon/" : "/jobs/") + job.id.str();
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
    view.seed = job.request.seed;
    view.category = job.request.category;
    for (const auto& sample : job.samples) view.samples.push_back(viewOf(sample, links));
    showResult(view, job);
    if (job.provenance.mask_key) view.mask_url = links.fileUrl(*job.provenance.mask_key);
    if (!job.provenance.warnings.empty()) view.warnings = job.provenance.warnings;
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
