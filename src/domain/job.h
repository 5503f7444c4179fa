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
#include "domain/model_attributes.h"

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

/// Why an account with `active` jobs may not start another one.
Error tooManyActiveJobs(std::int64_t active, std::int64_t allowed);

/// How a scene is changed.
enum class SceneOperation {
    Replace,   ///< what is behind the person is painted anew, the person's pixels stay
    Edit,      ///< the whole picture is made anew after the source
    Generate,  ///< a picture from text, without a source
    Erase,     ///< what the client's mask covers goes
    Outpaint,  ///< more picture around the source
    Deblur,
};
BOOST_DESCRIBE_ENUM(SceneOperation, Replace, Edit, Generate, Erase, Outpaint, Deblur)

/// What guides the layout of a picture besides words.
enum class ControlType {
    Canny,  ///< the source's edges
    Depth,  ///< a depth map that the client gives
    Pose,   ///< a drawn pose that the client gives
};
BOOST_DESCRIBE_ENUM(ControlType, Canny, Depth, Pose)

struct Control {
    ControlType type = ControlType::Canny;
    double strength = 0.7;  ///< 0…1: how closely it is followed
};
BOOST_DESCRIBE_STRUCT(Control, (), (type, strength))

/// Fields that only some engines know; an engine refuses those that it does not.
struct EngineFields {
    std::optional<bool> raw;  ///< less processed, more natural pictures
    std::optional<double> image_prompt_strength;
    std::optional<std::string> finetune_id;
    std::optional<double> finetune_strength;
    std::optional<bool> preserve;  ///< face, hands and background are pasted back from the photo
    std::optional<Control> control;
};
BOOST_DESCRIBE_STRUCT(EngineFields, (),
                      (raw, image_prompt_strength, finetune_id, finetune_strength, preserve,
                       control))

/// What is known of a garment besides its picture, kept with the job: the garment may be deleted
/// before the job begins.
struct GarmentWords {
    Category category = Category::UpperBody;
    std::string description;  ///< else its name; may be empty
};
BOOST_DESCRIBE_STRUCT(GarmentWords, (), (category, description))
GarmentWords wordsOf(const Garment& garment);

/// What the client asked for, after defaults were filled in. Never changes.
struct JobRequest {
    std::string domain = "clothing";
    std::string engine;  ///< `fill`, `vto`, `flux-pro-1.1`, …
    std::optional<ModelId> model_id;
    std::vector<GarmentId> garment_ids;
    std::vector<GarmentWords> garment_words;  ///< one for each id; none in older jobs
    std::optional<Category> category;
    std::optional<std::string> prompt;
    std::optional<std::string> scene;         ///< in words
    std::optional<SceneId> scene_id;          ///< the preset that `scene` came from
    std::optional<std::string> scene_engine;  ///< of a try-on's second step; absent: there is none
    std::optional<SceneOperation> operation;  ///< of scene jobs
    std::optional<JobId> source_job_id;       ///< the job whose result a scene job works on
    std::optional<std::string> mask_key;      ///< blob of the client's own mask
    std::optional<std::string> name;          ///< name of a generated model
    std::optional<ModelAttributes> attributes;  ///< of a generated model
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
    EngineFields extra;
};
BOOST_DESCRIBE_STRUCT(JobRequest, (),
                      (domain, engine, model_id, garment_ids, garment_words, category, prompt,
                       scene, scene_id, scene_engine, operation, source_job_id, mask_key, name,
                       attributes, num_samples, seed, width, height, aspect_ratio, guidance, steps,
                       safety_tolerance, prompt_upsampling, output_format, webhook_url, extra))

/// The record a job leaves for whoever wants to understand, resume or repeat it.
/// Written when the job is prepared; from then on preparation is not repeated.
struct Provenance {
    std::string endpoint;                       ///< provider path; empty until prepared
    std::string prompt;                         ///< final text sent to the provider
    std::int64_t prompt_version = 1;            ///< of the domain
    boost::json::object parameters;             ///< as sent, without images and seed
    std::map<std::string, std::string> images;  ///< provider's image field → blob key
    /// `person`, `garment0`, `scene`, `control`, `imagePrompt` → blob key; `original`: the photo
    /// that a try-on made `person` from.
    std::map<std::string, std::string> inputs;
    std::optional<std::string> mask_key;  ///< in the person photo's size, white = repainted
    bool takes_seed = true;               ///< the endpoint has such a field
    boost::json::object geometry;         ///< what the engine's finish step needs
    std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(Provenance, (),
                      (endpoint, prompt, prompt_version, parameters, images, inputs, mask_key,
                       takes_seed, geometry, warnings))

/// What is left of a step that a sample has behind it.
struct SampleStep {
    std::optional<std::string> task_id;
    std::optional<double> provider_cost;
    std::optional<std::string> raw_key;
    Picture result;  ///< what the next step begins with
};
BOOST_DESCRIBE_STRUCT(SampleStep, (), (task_id, provider_cost, raw_key, result))

/// One picture of a job: one provider task for each of its steps, one after the other. The fields
/// from `status` on are about the step at hand. `task_id` present = submitted, never again.
struct Sample {
    std::int64_t index = 0;
    std::int64_t step = 0;
    std::vector<SampleStep> earlier;
    std::optional<Provenance> provenance;  ///< of a later step; the first one's is the job's
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
BOOST_DESCRIBE_STRUCT(Sample, (),
                      (index, step, earlier, provenance, status, seed, task_id, polling_url,
                       submitting_since, submitted_at, webhook_seen, provider_cost, raw_key, result,
                       model_id, error))

/// One change that SSE clients are told about.
struct JobEvent {
    std::int64_t seq = 0;
    JobStatus status = JobStatus::Queued;
    std::optional<double> progress;
    Instant at{};
};
BOOST_DESCRIBE_STRUCT(JobEvent, (), (seq, status, progress, at))

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
    std::optional<JobId>
        retried_as;  ///< the job that an administrator made of it when it had failed
    std::string request_id;
    Instant created_at{};
    std::optional<Instant> started_at;
    std::optional<Instant> finished_at;
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (id, user_id, kind, status, version, progress, request, samples, events,
                       provenance, prompt_version, webhook_token, price_per_sample, credits_held,
                       credits_used, settled, announced, error, retried_as, request_id, created_at,
                       started_at, finished_at))

/// It has ended and its credits are where they stay: nothing follows.
inline bool isOver(const Job& job) {
    return isTerminal(job.status) && job.settled;
}

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

/// What one step of a job asks of an engine.
struct JobStep {
    UsageAction action = UsageAction::Tryon;
    std::string engine;
};

/// The steps of a job, in order; at least one.
std::vector<JobStep> stepsOf(const JobKind& kind, const JobRequest& request);

/// The step that `job`'s samples are at. Those that failed earlier do not count.
std::int64_t stepOf(const Job& job);
bool isLastStep(const Job& job);

/// Storing → Preparing: every sample that has a result of this step begins the next one with it.
/// There must be a next step, and such a sample.
void beginNextStep(Job& job, Instant at);

/// What the sample was, or is to be, made from.
const Provenance& provenanceOf(const Job& job, const Sample& sample);

}  // namespace atelier
