#include "service/engines/text_to_image.h"

namespace atelier {
namespace {

// A standing person fills a portrait frame; both are multiples of 32 within 256…1440.
constexpr std::int64_t kDefaultWidth = 832;
constexpr std::int64_t kDefaultHeight = 1248;

}  // namespace

Result<Prepared> TextToImageEngine::prepare(const Job& job, const EngineInputs&, const PromptConfig& prompts,
                                            const Imaging&) const {
    PromptVariables variables;
    variables.prompt = job.request.prompt.value_or("");
    auto prompt = renderTemplate(templateFor(prompts, PromptAction::ModelGen), variables);
    if (!prompt) return failure(std::move(prompt.error()));

    Prepared out;
    out.endpoint = "/v1/flux-pro-1.1";
    out.prompt = prompt->text;
    out.parameters["prompt"] = prompt->text;
    out.parameters["width"] = job.request.width.value_or(kDefaultWidth);
    out.parameters["height"] = job.request.height.value_or(kDefaultHeight);
    out.parameters["output_format"] = job.request.output_format.value_or("jpeg");
    putSafety(out.parameters, job.request, prompts.defaults);
    return out;
}

Result<EncodedImage> TextToImageEngine::finish(const Job&, const EngineInputs&, BytesView answer,
                                               const Imaging& imaging) const {
    auto picture = imaging.normalise(answer, ImageLimits{.min_side = 0});
    if (!picture)
        return failure(ErrorCode::ProviderBadAnswer, "the provider's picture cannot be read", picture.error().detail);
    return picture;
}

}  // namespace atelier
