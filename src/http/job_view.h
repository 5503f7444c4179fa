#pragma once

#include <boost/describe.hpp>

#include "domain/job.h"
#include "http/views.h"
#include "service/link_signer.h"

namespace atelier::http {

struct SampleView {
    std::int64_t index = 0;
    SampleStatus status = SampleStatus::Waiting;
    std::optional<std::string> url, thumb_url;
    std::optional<std::int64_t> width, height, seed;
    std::optional<ModelId> model_id;
    std::optional<JobError> error;
};
BOOST_DESCRIBE_STRUCT(SampleView, (),
                      (index, status, url, thumb_url, width, height, seed, model_id, error))

struct JobLinks {
    std::string self, events;
};
BOOST_DESCRIBE_STRUCT(JobLinks, (), (self, events))

struct JobView {
    JobId id, job_id;
    JobKind kind = JobKind::Tryon;
    JobStatus status = JobStatus::Queued;
    std::optional<double> progress;
    std::optional<std::int64_t> queue_position;
    std::string domain, engine;
    std::optional<ModelId> model_id;
    std::optional<GarmentId> garment_id;
    std::optional<std::vector<GarmentId>> garment_ids;
    std::optional<std::string> scene, prompt;
    std::optional<SceneId> scene_id;
    std::optional<SceneOperation> operation;
    std::optional<std::int64_t> seed;
    std::optional<Category> category;
    std::vector<SampleView> samples;
    std::optional<std::string> result_url;
    std::optional<ModelId> result_model_id;
    std::optional<std::string> mask_url;
    std::optional<std::vector<std::string>> warnings;
    Credits credits_held = 0;
    Credits credits_used = 0;
    std::optional<JobError> error;
    std::optional<std::int64_t> prompt_version;
    std::string request_id;
    Instant created_at{};
    std::optional<Instant> started_at, finished_at;
    JobLinks links;
};
BOOST_DESCRIBE_STRUCT(JobView, (),
                      (id, job_id, kind, status, progress, queue_position, domain, engine, model_id,
                       garment_id, garment_ids, scene, scene_id, prompt, operation, seed, category,
                       samples, result_url, result_model_id, mask_url, warnings, credits_held,
                       credits_used, error, prompt_version, request_id, created_at, started_at,
                       finished_at, links))
BOOST_DESCRIBE_STRUCT(PageView<JobView>, (), (items, next_cursor))

JobView viewOf(const Job& job, const LinkSigner& links);

/// Where a job is read: `/tryon/{id}`, `/scene/{id}`, `/jobs/{id}` for generated models.
std::string jobPath(const Job& job);

}  // namespace atelier::http
