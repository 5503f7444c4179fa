#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/job.h"
#include "service/prompts.h"
#include "util/bytes.h"

namespace atelier {

/// Body of POST /tryon.
struct TryOnInput {
    ModelId model_id;
    std::optional<GarmentId> garment_id;
    std::optional<std::vector<GarmentId>> garment_ids;
    std::optional<Category> category;
    std::optional<std::string> engine;
    std::optional<std::string> domain;
    std::optional<std::string> prompt;
    /// In words, or a preset's id: a second step changes what is behind the person.
    std::optional<std::string> scene;
    std::optional<std::string> mask;  ///< base64 PNG
    std::optional<bool> preserve;
    std::optional<std::string> finetune_id;
    std::optional<double> finetune_strength;
    std::optional<std::int64_t> num_samples;
    std::optional<std::int64_t> seed;
    std::optional<double> guidance;
    std::optional<std::int64_t> steps;
    std::optional<bool> prompt_upsampling;
    std::optional<std::int64_t> safety_tolerance;
    std::optional<std::string> output_format;
    std::optional<std::string> webhook_url;
};
BOOST_DESCRIBE_STRUCT(TryOnInput, (),
                      (model_id, garment_id, garment_ids, category, engine, domain, prompt, scene,
                       mask, preserve, finetune_id, finetune_strength, num_samples, seed, guidance,
                       steps, prompt_upsampling, safety_tolerance, output_format, webhook_url))

/// Body of POST /models/generate.
struct GenerateModelInput {
    std::string prompt;
    std::optional<std::string> engine;
    std::optional<std::string> domain;
    std::optional<std::string> name;
    std::optional<ModelAttributes> attributes;
    std::optional<std::int64_t> width, height;
    std::optional<std::string> aspect_ratio;
    std::optional<bool> raw;
    SharedBytes image_prompt;  ///< null: none; not part of the body, as are all pictures
    std::optional<double> image_prompt_strength;
    std::optional<std::string> finetune_id;
    std::optional<double> finetune_strength;
    std::optional<std::int64_t> seed;
    std::optional<std::int64_t> num_samples;
    std::optional<double> guidance;
    std::optional<std::int64_t> steps;
    std::optional<bool> prompt_upsampling;
    std::optional<std::int64_t> safety_tolerance;
    std::optional<std::string> output_format;
    std::optional<std::string> webhook_url;
};
BOOST_DESCRIBE_STRUCT(GenerateModelInput, (),
                      (prompt, engine, domain, name, attributes, width, height, aspect_ratio, raw,
                       image_prompt_strength, finetune_id, finetune_strength, seed, num_samples,
                       guidance, steps, prompt_upsampling, safety_tolerance, output_format,
                       webhook_url))

/// Body of POST /jobs/{jobId}/rerun.
struct RerunInput {
    std::optional<std::int64_t> seed;
};
BOOST_DESCRIBE_STRUCT(RerunInput, (), (seed))

/// Body of POST /scene/change.
struct ChangeSceneInput {
    std::optional<ModelId> model_id;
    std::optional<JobId> job_id;
    std::optional<std::string> image_url;  ///< taken by the caller, who fetches it into `image`
    SharedBytes image;                     ///< null: none
    SharedBytes control_image;             ///< null: none
    std::optional<std::string> prompt;
    std::optional<SceneId> scene_id;
    std::optional<std::string>
        operation;  ///< a SceneOperation; absent or `auto`: by source and domain
    std::optional<std::string> engine;
    std::optional<std::string> domain;
    std::optional<std::string> mask;  ///< base64 PNG
    std::optional<Control> control;
    std::optional<std::string> finetune_id;
    std::optional<double> finetune_strength;
    std::optional<std::int64_t> width, height;
    std::optional<std::string> aspect_ratio;
    std::optional<bool> raw;
    std::optional<std::int64_t> num_samples;
    std::optional<std::int64_t> seed;
    std::optional<double> guidance;
    std::optional<std::int64_t> steps;
    std::optional<bool> prompt_upsampling;
    std::optional<std::int64_t> safety_tolerance;
    std::optional<std::string> output_format;
    std::optional<std::string> webhook_url;
};
BOOST_DESCRIBE_STRUCT(ChangeSceneInput, (),
                      (model_id, job_id, image_url, prompt, scene_id, operation, engine, domain,
                       mask, control, finetune_id, finetune_strength, width, height, aspect_ratio,
                       raw, num_samples, seed, guidance, steps, prompt_upsampling, safety_tolerance,
                       output_format, webhook_url))

/// What is asked for, with the domain's defaults filled in.
JobRequest requestOf(const TryOnInput& in, const PromptConfig& prompts);
JobRequest requestOf(const GenerateModelInput& in, const PromptConfig& prompts);
/// Engine and operation are still to be chosen.
JobRequest requestOf(const ChangeSceneInput& in, const PromptConfig& prompts);

/// A stored request without what its engine does not hear: older versions took that in silence, and
/// would refuse it now.
JobRequest heard(JobRequest stored);

/// The engine that puts another scene behind a try-on's result.
std::string sceneEngineAfterTryOn(const std::string& domain);

/// A ValidationFailed about one field.
std::unexpected<Error> invalidField(std::string pointer, std::string message);

}  // namespace atelier
