#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json/object.hpp>

#include "domain/asset.h"
#include "domain/credits.h"
#include "domain/error.h"
#include "domain/ids.h"
#include "domain/job_state.h"

namespace atelier {

enum class JobKind { Tryon, Model, Scene };
BOOST_DESCRIBE_ENUM(JobKind, Tryon, Model, Scene)

/// A failure as it is stored with a job and shown to clients.
struct JobError {
    std::string code;  ///< a name of the error catalogue
    std::string message;
    bool retryable = false;
    bool charged = false;
};
BOOST_DESCRIBE_STRUCT(JobError, (), (code, message, retryable, charged))

JobError toJobError(const Error& error);

/// What the client asked for, after defaults were filled in. Never changes.
struct JobRequest {
    std::string domain = "clothing";
    std::string engine;  ///< `fill`, `vto`, `flux-pro-1.1`, …
    std::optional<ModelId> model_id;
    std::vector<GarmentId> garment_ids;
    std::optional<Category> category;
    std::optional<std::string> prompt;
    std::optional<std::string> scene;
    std::optional<std::string> mask_key;  ///< blob of the client's own mask
    std::optional<std::string> name;      ///< name of a generated model
    std::int64_t num_samples = 1;
    std::optional<std::int64_t> seed;
    std::optional<std::int64_t> width, height;  ///< pixels, of a generated picture
    std::optional<std::string> aspect_ratio;
    std::optional<double> guidance;
    std::optional<std::int64_t> steps;
    std::optional<std::int64_t> safety_tolerance;
    std::optional<bool> prompt_upsampling;
    std::optional<std::string> output_format;  ///< jpeg, png or webp
    std::optional<std::string> webhook_url;
    boost::json::object extra;  ///< fields of single engines: raw, finetuneId, control, …
};
BOOST_DESCRIBE_STRUCT(JobRequest, (), (domain, engine, model_id, garment_ids, category, prompt, scene, mask_key, name, num_samples, seed, width, height, aspect_ratio, guidance, steps, safety_tolerance, prompt_upsampling, output_format, webhook_url, extra))

/// One provider task of a job. `task_id` present = submitted, never again.
struct Sample {
    std::int64_t index = 0;
    SampleStatus status = SampleStatus::Waiting;
    std::optional<std::int64_t> seed;
    std::optional<std::string> task_id;
    std::optional<std::string> polling_url;
    std::optional<Instant> submitting_since;  ///< saved before the request leaves
    std::optional<Instant> submitted_at;
    bool webhook_seen = false;            ///< the provider says it is done: poll at once
    std::optional<double> provider_cost;  ///< credits, as the provider reported
    std::optional<std::string> raw_key;   ///< blob of the provider's own bytes
    std::optional<Picture> result;
    std::optional<ModelId> model_id;  ///< of a model job: the Model it becomes when it succeeds
    std::optional<JobError> error;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (index, status, seed, task_id, polling_url, submitting_since, submitted_at, webhook_seen, provider_cost, raw_key, result, model_id, error))

/// One change that SSE clients are told about.
struct JobEvent {
    std::int64_t seq = 0;
    JobStatus status = JobStatus::Queued;
    std::optional<double> progress;
    Instant at{};
};
BOOST_DESCRIBE_STRUCT(JobEvent, (), (seq, status, progress, at))

/// The record a job leaves for whoever wants to understand, resume or repeat it.
/// Written when the job is prepared; from then on preparation is not repeated.
struct Provenance {
    std::string endpoint;                       ///< provider path; empty until prepared
    std::string prompt;                         ///< final text sent to the provider
    boost::json::object parameters;             ///< as sent, without images and seed
    std::map<std::string, std::string> images;  ///< provider's image field → blob key
    std::map<std::string, std::string> inputs;  ///< `person`, `garment`, … → blob key
    std::optional<std::string> mask_key;        ///< in the person photo's size, white = repainted
    boost::json::object geometry;               ///< what the engine's finish step needs
    std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(Provenance, (), (endpoint, prompt, parameters, images, inputs, mask_key, geometry, warnings))

/// A unit of asynchronous work; the store's copy is the truth.
struct Job {
    JobId id;
    UserId user_id;
    JobKind kind = JobKind::Tryon;
    JobStatus status = JobStatus::Queued;
    std::int64_t version = 0;  ///< counts saved changes; every update is conditional on it
    std::optional<double> progress;
    JobRequest request;
    std::vector<Sample> samples;
    std::vector<JobEvent> events;  ///< oldest first; the last one's seq numbers the stream
    Provenance provenance;
    std::int64_t prompt_version = 1;
    std::string webhook_token;  ///< names the job in the provider's webhook URL
    Credits price_per_sample = 0;
    Credits credits_held = 0;
    Credits credits_used = 0;  ///< the final charge, written with the terminal status
    bool settled = false;      ///< user document and ledger agree with credits_used
    bool announced = false;    ///< webhook deliveries of its end are written
    std::optional<JobError> error;
    std::optional<JobId> retried_as;  ///< the job that an administrator made of it when it had failed
    std::string request_id;
    Instant created_at{};
    std::optional<Instant> started_at;
    std::optional<Instant> finished_at;
};
BOOST_DESCRIBE_STRUCT(Job, (), (id, user_id, kind, status, version, progress, request, samples, events, provenance, prompt_version, webhook_token, price_per_sample, credits_held, credits_used, settled, announced, error, retried_as, request_id, created_at, started_at, finished_at))

/// Moves `job` to `to` and records the event. `to` must be allowed by the state
/// table (a broken invariant otherwise). Sets started_at and finished_at.
void advance(Job& job, JobStatus to, Instant at);

/// Records progress (0…1) without a change of status.
void noteProgress(Job& job, double progress, Instant at);

/// Ends `job`: succeeded when any sample did, charged per good sample; failed
/// with the first sample's error otherwise.
void conclude(Job& job, Instant at);

/// Ends `job` as failed or canceled with nothing charged; open samples fail too.
void abandon(Job& job, JobStatus to, const Error& why, Instant at);

/// Every blob the job refers to: inputs, what was sent, what came back, results.
std::vector<std::string> blobKeysOf(const Job& job);

/// The ledger action of a kind of job.
UsageAction usageAction(JobKind kind);

}  // namespace atelier
