#pragma once

#include <boost/describe.hpp>

#include "domain/job.h"

/// How a job's pictures came to be, for its owner. Pictures appear as the SHA-256 of their bytes.
namespace atelier::http {

/// One request to the provider, but for what differs from sample to sample.
struct StepView {
    std::string endpoint;
    std::string prompt;
    std::int64_t prompt_version = 0;
    boost::json::object parameters;
    std::map<std::string, std::string> inputs;
    std::map<std::string, std::string> images;
    std::optional<std::string> mask;
    std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(StepView, (),
                      (endpoint, prompt, prompt_version, parameters, inputs, images, mask,
                       warnings))

struct SampleRecordView {
    std::int64_t index = 0;
    std::optional<std::int64_t> seed;
    std::vector<std::string> task_ids;
    std::optional<double> provider_cost;
    std::optional<std::string> answer, result;
    std::optional<StepView> later_step;
};
BOOST_DESCRIBE_STRUCT(SampleRecordView, (),
                      (index, seed, task_ids, provider_cost, answer, result, later_step))

struct RecordView {
    JobId job_id;
    JobKind kind = JobKind::Tryon;
    std::string domain, engine;
    std::optional<StepView> step;
    std::vector<SampleRecordView> samples;
};
BOOST_DESCRIBE_STRUCT(RecordView, (), (job_id, kind, domain, engine, step, samples))

RecordView recordOf(const Job& job);

}  // namespace atelier::http
