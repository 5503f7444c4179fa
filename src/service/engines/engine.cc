#include "service/engines/engine.h"

#include "service/engines/fill.h"
#include "service/engines/text_to_image.h"
#include "util/names.h"

namespace atelier {

EngineRegistry::EngineRegistry() {
    engines_.push_back(std::make_unique<FillEngine>());
    engines_.push_back(std::make_unique<TextToImageEngine>());
}

const Engine* EngineRegistry::find(UsageAction action, std::string_view name) const {
    for (const auto& engine : engines_) {
        if (engine->action() == action && engine->name() == name) return engine.get();
    }
    return nullptr;
}

ImageFormat resultFormat(const Job& job) {
    return fromName<ImageFormat>(job.request.output_format.value_or("jpeg")).value_or(ImageFormat::Jpeg);
}

void putGuidance(boost::json::object& parameters, const JobRequest& request, const PromptDefaults& defaults) {
    if (const auto guidance = request.guidance ? request.guidance : defaults.guidance)
        parameters["guidance"] = *guidance;
    if (const auto steps = request.steps ? request.steps : defaults.steps) parameters["steps"] = *steps;
}

void putSafety(boost::json::object& parameters, const JobRequest& request, const PromptDefaults& defaults) {
    if (const auto safety = request.safety_tolerance ? request.safety_tolerance : defaults.safety_tolerance)
        parameters["safety_tolerance"] = *safety;
    if (request.prompt_upsampling) parameters["prompt_upsampling"] = *request.prompt_upsampling;
}

}  // namespace atelier
