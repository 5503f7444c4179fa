#include "service/engines/text_to_image.h"

#include <algorithm>

#include "service/engines/model_words.h"
#include "service/engines/scene_words.h"

namespace atelier {
namespace {

// A standing person fills a portrait frame, a place a landscape one.
constexpr PixelSize kPortrait{832, 1248}, kLandscape{1248, 832};
constexpr std::string_view kPortraitRatio = "2:3", kLandscapeRatio = "3:2";

constexpr Abilities kPro11{.sizing = Sizing::Grid32, .upsampling = true, .image_prompt = true};
constexpr Abilities kUltra{.sizing = Sizing::Ratio,
                           .upsampling = true,
                           .raw = true,
                           .image_prompt = true,
                           .image_prompt_strength = true};
constexpr Abilities kUltraFinetuned{.sizing = Sizing::Ratio,
                                    .upsampling = true,
                                    .image_prompt = true,
                                    .image_prompt_strength = true,
                                    .finetune = true};
constexpr Abilities kDev{.sizing = Sizing::Grid32,
                         .guidance = NumberRange{1.5, 5},
                         .steps = NumberRange{1, 50},
                         .upsampling = true,
                         .image_prompt = true};
constexpr Abilities kFlux2Text{.sizing = Sizing::Grid16, .max_safety = 5};
constexpr Abilities kFlexText{.sizing = Sizing::Grid16,
                              .guidance = NumberRange{1.5, 10},
                              .steps = NumberRange{1, 50},
                              .max_safety = 5,
                              .upsampling = true};
constexpr Abilities kKleinFinetuned{.sizing = Sizing::Grid16, .max_safety = 5, .finetune = true};

}  // namespace

const std::vector<TextToImageRow> kTextToImageRows = {
    {UsageAction::ModelGen, "flux-pro-1.1", "/v1/flux-pro-1.1", kPro11},
    {UsageAction::ModelGen, "flux-pro-1.1-ultra", "/v1/flux-pro-1.1-ultra", kUltra},
    {UsageAction::ModelGen, "flux-pro-1.1-ultra-finetuned", "/v1/flux-pro-1.1-ultra-finetuned",
     kUltraFinetuned},
    {UsageAction::ModelGen, "flux-dev", "/v1/flux-dev", kDev},
    {UsageAction::ModelGen, "flux-2-pro", "/v1/flux-2-pro", kFlux2Text},
    {UsageAction::ModelGen, "flux-2-pro-preview", "/v1/flux-2-pro-preview", kFlux2Text},
    {UsageAction::ModelGen, "flux-2-max", "/v1/flux-2-max", kFlux2Text},
    {UsageAction::ModelGen, "flux-2-flex", "/v1/flux-2-flex", kFlexText},
    {UsageAction::ModelGen, "flux-2-klein-4b", "/v1/flux-2-klein-4b", kFlux2Text},
    {UsageAction::ModelGen, "flux-2-klein-9b", "/v1/flux-2-klein-9b", kFlux2Text},
    {UsageAction::ModelGen, "flux-2-klein-9b-preview", "/v1/flux-2-klein-9b-preview", kFlux2Text},
    {UsageAction::ModelGen, "flux-2-klein-4b-finetuned", "/v1/flux-2-klein-4b-finetuned",
     kKleinFinetuned},
    {UsageAction::ModelGen, "flux-2-klein-9b-finetuned", "/v1/flux-2-klein-9b-finetuned",
     kKleinFinetuned},
    {UsageAction::ModelGen, "flux-2-klein-9b-kv-finetuned", "/v1/flux-2-klein-9b-kv-finetuned",
     kKleinFinetuned},
    {UsageAction::ModelGen, "flux-2-klein-9b-kv-bf16-finetuned",
     "/v1/flux-2-klein-9b-kv-bf16-finetuned", kKleinFinetuned},
    {UsageAction::ModelGen, "flux-2-klein-base-4b-finetuned", "/v1/flux-2-klein-base-4b-finetuned",
     kKleinFinetuned},
    {UsageAction::ModelGen, "flux-2-klein-base-9b-finetuned", "/v1/flux-2-klein-base-9b-finetuned",
     kKleinFinetuned},
    {UsageAction::Scene, "flux-pro-1.1", "/v1/flux-pro-1.1", kPro11},
    {UsageAction::Scene, "flux-pro-1.1-ultra", "/v1/flux-pro-1.1-ultra", kUltra},
};

std::optional<SceneOperation> TextToImageEngine::operation() const {
    if (row_.action != UsageAction::Scene) return std::nullopt;
    return SceneOperation::Generate;
}

Result<RenderedPrompt> TextToImageEngine::promptFor(const JobRequest& request,
                                                    const PromptConfig& prompts) const {
    // The domain's words for scenes speak of a source, which is not there.
    if (row_.action == UsageAction::Scene) return renderScene(prompts.prompt_text, request, false);
    const auto attributes = withDefaults(request.attributes.value_or(ModelAttributes{}),
                                         prompts.defaults.attributes.value_or(ModelAttributes{}));
    const auto& text = templateFor(prompts, PromptAction::ModelGen);
    PromptVariables variables;
    variables.prompt = request.prompt.value_or("");
    if (const auto looks = spokenLooks(attributes); !looks.empty())
        variables.prompt += ", " + looks;
    variables.style = spokenPose(attributes);
    // Also a template without a place for it says it.
    const auto used = variablesIn(text);
    if (!variables.style.empty() && std::ranges::find(used, "style") == used.end())
        variables.prompt += ". " + variables.style;
    return renderTemplate(text, variables);
}

void TextToImageEngine::putSize(boost::json::object& parameters, const JobRequest& request) const {
    const bool place = row_.action == UsageAction::Scene;
    if (row_.able.sizing == Sizing::Ratio) {
        parameters["aspect_ratio"] =
            request.aspect_ratio.value_or(std::string{place ? kLandscapeRatio : kPortraitRatio});
        return;
    }
    const auto size = pixelSizeOf(request, row_.able.sizing, place ? kLandscape : kPortrait);
    parameters["width"] = size.width;
    parameters["height"] = size.height;
}

Result<Prepared> TextToImageEngine::prepare(const Job& job, const EngineInputs& inputs,
                                            const PromptConfig& prompts,
                                            const Imaging& imaging) const {
    const auto& request = job.request;
    auto prompt = promptFor(request, prompts);
    if (!prompt) return failure(std::move(prompt.error()));

    Prepared out;
    out.endpoint = row_.endpoint;
    out.prompt = prompt->text;
    out.parameters["prompt"] = prompt->text;
    out.parameters["output_format"] = request.output_format.value_or("jpeg");
    putSize(out.parameters, request);
    putSafety(out.parameters, request, prompts.defaults, row_.able.max_safety);
    putGuidance(out.parameters, request, {});
    putFinetune(out.parameters, request.extra);
    if (request.extra.raw) out.parameters["raw"] = *request.extra.raw;
    if (request.extra.image_prompt_strength)
        out.parameters["image_prompt_strength"] = *request.extra.image_prompt_strength;
    if (inputs.image_prompt) {
        auto picture = imaging.shrink(*inputs.image_prompt, kReferenceEdge, ImageFormat::Jpeg);
        if (!picture) return failure(std::move(picture.error()));
        out.images.emplace("image_prompt", std::move(*picture));
    }
    return out;
}

Result<EncodedImage> TextToImageEngine::finish(const Job& job, const Provenance&,
                                               const EngineInputs&, BytesView answer,
                                               const Imaging& imaging) const {
    return wholeAnswer(job, answer, imaging);
}

}  // namespace atelier
