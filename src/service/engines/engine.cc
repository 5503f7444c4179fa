#include "service/engines/engine.h"

#include <algorithm>

#include "service/engines/background.h"
#include "service/engines/edit.h"
#include "service/engines/fill.h"
#include "service/engines/retouch.h"
#include "service/engines/text_to_image.h"
#include "service/engines/vto.h"
#include "util/names.h"

namespace atelier {

EngineRegistry::EngineRegistry() {
    for (const auto& row : kFillRows) engines_.push_back(std::make_unique<FillEngine>(row));
    for (const auto& row : kVtoRows) engines_.push_back(std::make_unique<VtoEngine>(row));
    for (const auto& row : kEditRows) {
        engines_.push_back(std::make_unique<EditEngine>(row, UsageAction::Tryon));
        engines_.push_back(std::make_unique<EditEngine>(row, UsageAction::Scene));
    }
    engines_.push_back(std::make_unique<BackgroundEngine>());
    for (const auto& row : kRetouchRows) engines_.push_back(std::make_unique<RetouchEngine>(row));
    for (const auto& row : kTextToImageRows)
        engines_.push_back(std::make_unique<TextToImageEngine>(row));
}

const Engine* EngineRegistry::find(UsageAction action, std::string_view name) const {
    for (const auto& engine : engines_) {
        if (engine->action() == action && engine->name() == name) return engine.get();
    }
    return nullptr;
}

ImageFormat resultFormat(const Job& job) {
    return fromName<ImageFormat>(job.request.output_format.value_or("jpeg"))
        .value_or(ImageFormat::Jpeg);
}

void putGuidance(boost::json::object& parameters, const JobRequest& request,
                 const PromptDefaults& defaults) {
    if (const auto guidance = request.guidance ? request.guidance : defaults.guidance)
        parameters["guidance"] = *guidance;
    if (const auto steps = request.steps ? request.steps : defaults.steps)
        parameters["steps"] = *steps;
}

void putSafety(boost::json::object& parameters, const JobRequest& request,
               const PromptDefaults& defaults, std::int64_t max_safety) {
    if (const auto safety =
            request.safety_tolerance ? request.safety_tolerance : defaults.safety_tolerance)
        parameters["safety_tolerance"] = std::min(*safety, max_safety);
    if (request.prompt_upsampling) parameters["prompt_upsampling"] = *request.prompt_upsampling;
}

void putFinetune(boost::json::object& parameters, const EngineFields& fields) {
    if (fields.finetune_id) parameters["finetune_id"] = *fields.finetune_id;
    if (fields.finetune_strength) parameters["finetune_strength"] = *fields.finetune_strength;
}

Result<EncodedImage> wholeAnswer(const Job& job, BytesView answer, const Imaging& imaging) {
    auto picture = imaging.convert(answer, resultFormat(job));
    if (!picture)
        return failure(ErrorCode::ProviderBadAnswer, "the provider's picture cannot be read",
                       picture.error().detail);
    return picture;
}

}  // namespace atelier
