#include "http/record_view.h"

namespace atelier::http {
namespace {

/// Blobs are named after their content: `<sha256>.<extension>`.
std::string hashIn(const std::string& key) {
    return key.substr(0, key.find('.'));
}

std::map<std::string, std::string> hashesIn(const std::map<std::string, std::string>& keys) {
    std::map<std::string, std::string> hashes;
    for (const auto& [role, key] : keys) hashes.emplace(role, hashIn(key));
    return hashes;
}

/// Absent until the step is prepared.
std::optional<StepView> viewOf(const Provenance& record) {
    if (record.endpoint.empty()) return std::nullopt;
    auto parameters = record.parameters;
    parameters.erase("prompt");
    return StepView{record.endpoint,
                    record.prompt,
                    record.prompt_version,
                    std::move(parameters),
                    hashesIn(record.inputs),
                    hashesIn(record.images),
                    record.mask_key.transform(hashIn),
                    record.warnings};
}

SampleRecordView viewOf(const Sample& sample) {
    SampleRecordView view;
    view.index = sample.index;
    view.seed = sample.seed;
    for (const auto& step : sample.earlier) {
        if (step.task_id) view.task_ids.push_back(*step.task_id);
        if (step.provider_cost)
            view.provider_cost = view.provider_cost.value_or(0) + *step.provider_cost;
    }
    if (sample.task_id) view.task_ids.push_back(*sample.task_id);
    if (sample.provider_cost)
        view.provider_cost = view.provider_cost.value_or(0) + *sample.provider_cost;
    view.answer = sample.raw_key.transform(hashIn);
    if (sample.result) view.result = hashIn(sample.result->key);
    if (sample.provenance) view.later_step = viewOf(*sample.provenance);
    return view;
}

}  // namespace

RecordView recordOf(const Job& job) {
    RecordView view;
    view.job_id = job.id;
    view.kind = job.kind;
    view.domain = job.request.domain;
    view.engine = job.request.engine;
    view.step = viewOf(job.provenance);
    for (const auto& sample : job.samples) view.samples.push_back(viewOf(sample));
    return view;
}

}  // namespace atelier::http
