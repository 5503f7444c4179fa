#include "service/job_requests.h"

namespace atelier {
namespace {

std::vector<GarmentId> garmentIdsOf(const TryOnInput& in) {
    if (in.garment_ids) return *in.garment_ids;
    if (in.garment_id) return {*in.garment_id};
    return {};
}

}  // namespace

std::unexpected<Error> invalidField(std::string pointer, std::string message) {
    Error error{ErrorCode::ValidationFailed, message};
    error.fields.push_back({std::move(pointer), std::move(message)});
    return failure(std::move(error));
}

JobRequest heard(JobRequest stored) {
    using enum SceneOperation;
    if (stored.operation == Outpaint) stored.seed.reset();
    if (stored.operation == Erase || stored.operation == Deblur) {
        stored.prompt.reset();
        stored.scene.reset();
        stored.scene_id.reset();
    }
    return stored;
}

JobRequest requestOf(const TryOnInput& in, const PromptConfig& prompts) {
    JobRequest out;
    out.domain = prompts.domain;
    out.engine = in.engine.value_or(prompts.defaults.engine.value_or("fill"));
    out.model_id = in.model_id;
    out.garment_ids = garmentIdsOf(in);
    out.category = in.category;
    out.prompt = in.prompt;
    out.scene = in.scene;
    if (in.scene) {
        out.scene_id = SceneId::parse(*in.scene);
        out.scene_engine = sceneEngineAfterTryOn(prompts.domain);
    }
    out.extra.preserve = in.preserve;
    out.extra.finetune_id = in.finetune_id;
    out.extra.finetune_strength = in.finetune_strength;
    out.num_samples = in.num_samples.value_or(1);
    out.seed = in.seed;
    out.guidance = in.guidance;
    out.steps = in.steps;
    out.prompt_upsampling = in.prompt_upsampling;
    out.safety_tolerance = in.safety_tolerance;
    out.output_format = in.output_format ? in.output_format : prompts.defaults.output_format;
    out.webhook_url = in.webhook_url;
    return out;
}

JobRequest requestOf(const GenerateModelInput& in, const PromptConfig& prompts) {
    JobRequest out;
    out.domain = prompts.domain;
    out.engine = in.engine.value_or("flux-pro-1.1");
    out.prompt = in.prompt;
    out.name = in.name;
    out.attributes = in.attributes;
    out.width = in.width;
    out.height = in.height;
    out.aspect_ratio = in.aspect_ratio;
    out.extra.raw = in.raw;
    out.extra.image_prompt_strength = in.image_prompt_strength;
    out.extra.finetune_id = in.finetune_id;
    out.extra.finetune_strength = in.finetune_strength;
    out.guidance = in.guidance;
    out.steps = in.steps;
    out.num_samples = in.num_samples.value_or(1);
    out.seed = in.seed;
    out.prompt_upsampling = in.prompt_upsampling;
    out.safety_tolerance = in.safety_tolerance;
    out.output_format = in.output_format ? in.output_format : prompts.defaults.output_format;
    out.webhook_url = in.webhook_url;
    return out;
}

JobRequest requestOf(const ChangeSceneInput& in, const PromptConfig& prompts) {
    JobRequest out;
    out.domain = prompts.domain;
    out.model_id = in.model_id;
    out.source_job_id = in.job_id;
    out.scene_id = in.scene_id;
    out.prompt = in.prompt;
    out.extra.raw = in.raw;
    out.extra.control = in.control;
    out.extra.finetune_id = in.finetune_id;
    out.extra.finetune_strength = in.finetune_strength;
    out.width = in.width;
    out.height = in.height;
    out.aspect_ratio = in.aspect_ratio;
    out.num_samples = in.num_samples.value_or(1);
    out.seed = in.seed;
    out.guidance = in.guidance;
    out.steps = in.steps;
    out.prompt_upsampling = in.prompt_upsampling;
    out.safety_tolerance = in.safety_tolerance;
    out.output_format = in.output_format ? in.output_format : prompts.defaults.output_format;
    out.webhook_url = in.webhook_url;
    return out;
}

}  // namespace atelier
