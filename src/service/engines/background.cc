#include "service/engines/background.h"

#include "service/engines/abilities.h"
#include "service/engines/dressing.h"
#include "service/engines/scene_words.h"

namespace atelier {
namespace {

constexpr Abilities kFillsBackground{.guidance = NumberRange{1.5, 100},
                                     .steps = NumberRange{15, 50},
                                     .upsampling = true,
                                     .mask = true};

}  // namespace

Result<> BackgroundEngine::check(const Job& job) const {
    return checkAbilities(job, kFillsBackground);
}

Result<Prepared> BackgroundEngine::prepare(const Job& job, const EngineInputs& inputs,
                                           const PromptConfig& prompts,
                                           const Imaging& imaging) const {
    auto prompt =
        renderScene(templateFor(prompts, PromptAction::Scene), job.request, stepOf(job) > 0);
    if (!prompt) return failure(std::move(prompt.error()));
    auto photo = imaging.fitToGrid(*inputs.person, kMegapixel, kGrid);
    if (!photo) return failure(std::move(photo.error()));
    auto mask = imaging.clientMask(*inputs.mask, photo->size);
    if (!mask) return failure(std::move(mask.error()));

    Prepared out;
    out.endpoint = "/v1/flux-pro-1.0-fill";
    out.prompt = prompt->text;
    out.parameters["prompt"] = prompt->text;
    out.parameters["output_format"] =
        "png";  // the paste is ours; the answer should lose nothing before it
    const auto settings = settingsOf(job, kFillsBackground, "fill", out.warnings);
    putGuidance(out.parameters, settings, prompts.defaults);
    putSafety(out.parameters, settings, prompts.defaults);
    out.geometry = geometryOf(photo->size);
    out.images.emplace("image", std::move(*photo));
    out.images.emplace("mask", std::move(mask->mask));
    return out;
}

Result<EncodedImage> BackgroundEngine::finish(const Job& job, const Provenance& record,
                                              const EngineInputs& inputs, BytesView answer,
                                              const Imaging& imaging) const {
    return backInPhoto(job, record, inputs, answer, imaging);
}

}  // namespace atelier
