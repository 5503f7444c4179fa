#include "service/engines/edit.h"

#include <fmt/format.h>

#include "service/engines/dressing.h"
#include "service/engines/scene_words.h"

namespace atelier {
namespace {

constexpr Abilities kFlux2Edit{.max_safety = 5, .mask = true, .preserve = true, .control = true};
constexpr Abilities kFlexEdit{.guidance = NumberRange{1.5, 10},
                              .steps = NumberRange{1, 50},
                              .max_safety = 5,
                              .upsampling = true,
                              .mask = true,
                              .preserve = true,
                              .control = true};
constexpr Abilities kKleinFinetunedEdit{
    .max_safety = 5, .finetune = true, .mask = true, .preserve = true, .control = true};
constexpr Abilities kKontext{.upsampling = true, .mask = true, .preserve = true};
constexpr std::size_t kFluxPictures = 8, kKleinPictures = 4, kKontextPictures = 4;

// Between these thresholds of Canny few or many edges remain; the upper ends are the provider's
// defaults.
constexpr double kFaintLow = 150, kFaintHigh = 350, kFullLow = 50, kFullHigh = 200;

std::string_view closeness(double strength) {
    if (strength >= 0.66) return "exactly";
    return strength >= 0.33 ? "closely" : "loosely";
}

/// The source's edges, or what the client gave.
Result<EncodedImage> controlPicture(const Control& control, const EngineInputs& inputs,
                                    const Imaging& imaging) {
    if (control.type != ControlType::Canny) return EncodedImage{inputs.control, {}, {}};
    const auto between = [&](double faint, double full) {
        return static_cast<int>(faint + (full - faint) * control.strength);
    };
    return imaging.edges(*inputs.person, between(kFaintLow, kFullLow),
                         between(kFaintHigh, kFullHigh));
}

std::string controlWords(const Control& control, std::size_t image) {
    const auto how = closeness(control.strength);
    switch (control.type) {
        case ControlType::Canny:
            return fmt::format("Follow the outlines drawn in image {} {}.", image, how);
        case ControlType::Depth:
            return fmt::format("Image {} is a depth map: follow its near and far {}.", image, how);
        case ControlType::Pose:
            return fmt::format("Image {} is a drawn pose: the person takes it {}.", image, how);
    }
    return {};
}

std::string slot(std::size_t number) {
    return number == 1 ? "input_image" : fmt::format("input_image_{}", number);
}

}  // namespace

const std::vector<EditRow> kEditRows = {
    {"flux-2-pro", "/v1/flux-2-pro", kFluxPictures, true, kFlux2Edit},
    {"flux-2-pro-preview", "/v1/flux-2-pro-preview", kFluxPictures, true, kFlux2Edit},
    {"flux-2-max", "/v1/flux-2-max", kFluxPictures, true, kFlux2Edit},
    {"flux-2-flex", "/v1/flux-2-flex", kFluxPictures, true, kFlexEdit},
    {"flux-2-klein-4b", "/v1/flux-2-klein-4b", kKleinPictures, true, kFlux2Edit},
    {"flux-2-klein-9b", "/v1/flux-2-klein-9b", kKleinPictures, true, kFlux2Edit},
    {"flux-2-klein-9b-preview", "/v1/flux-2-klein-9b-preview", kKleinPictures, true, kFlux2Edit},
    {"flux-2-klein-4b-finetuned", "/v1/flux-2-klein-4b-finetuned", kKleinPictures, true,
     kKleinFinetunedEdit},
    {"flux-2-klein-9b-finetuned", "/v1/flux-2-klein-9b-finetuned", kKleinPictures, true,
     kKleinFinetunedEdit},
    {"flux-2-klein-9b-kv-finetuned", "/v1/flux-2-klein-9b-kv-finetuned", kKleinPictures, true,
     kKleinFinetunedEdit},
    {"flux-2-klein-9b-kv-bf16-finetuned", "/v1/flux-2-klein-9b-kv-bf16-finetuned", kKleinPictures,
     true, kKleinFinetunedEdit},
    {"flux-2-klein-base-4b-finetuned", "/v1/flux-2-klein-base-4b-finetuned", kKleinPictures, true,
     kKleinFinetunedEdit},
    {"flux-2-klein-base-9b-finetuned", "/v1/flux-2-klein-base-9b-finetuned", kKleinPictures, true,
     kKleinFinetunedEdit},
    {"kontext-pro", "/v1/flux-kontext-pro", kKontextPictures, false, kKontext},
    {"kontext-max", "/v1/flux-kontext-max", kKontextPictures, false, kKontext},
};

std::optional<SceneOperation> EditEngine::operation() const {
    if (action_ != UsageAction::Scene) return std::nullopt;
    return SceneOperation::Edit;
}

MaskKind EditEngine::mask(const JobRequest& request) const {
    return action_ == UsageAction::Tryon ? maskToPreserve(request) : MaskKind::None;
}

Result<> EditEngine::check(const Job& job) const {
    auto able = row_.able;
    if (action_ == UsageAction::Scene) able.mask = able.preserve = false;
    if (action_ == UsageAction::Tryon) able.control = false;
    if (able.mask) {
        if (auto fits = checkMaskHasUse(job.request); !fits) return fits;
    }
    return checkAbilities(job, able);
}

Result<std::string> EditEngine::dress(const Job& job, const EngineInputs& inputs,
                                      const PromptConfig& prompts, const Imaging& imaging,
                                      Prepared& out) const {
    const auto count = inputs.garments.size();
    const auto laid = count + 1 > row_.pictures ? Laid::OnBoard : Laid::OneByOne;
    if (laid == Laid::OnBoard) {
        auto board = imaging.garmentBoard(labelled(job, inputs));
        if (!board) return failure(std::move(board.error()));
        out.images.emplace(slot(2), std::move(*board));
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            // Together at most one megapixel: that is what the price covers.
            auto garment = imaging.fitToGrid(*inputs.garments[i].image,
                                             kMegapixel / static_cast<std::int64_t>(count), kGrid);
            if (!garment) return failure(std::move(garment.error()));
            out.images.emplace(slot(i + 2), std::move(*garment));
        }
    }
    auto prompt = renderTemplate(templateFor(prompts, PromptAction::TryonEdit),
                                 dressingVariables(job, inputs, laid));
    if (!prompt) return failure(std::move(prompt.error()));
    return prompt->text;
}

Result<std::string> EditEngine::setScene(const Job& job, const EngineInputs& inputs,
                                         const PromptConfig& prompts, const Imaging& imaging,
                                         Prepared& out) const {
    auto prompt =
        renderScene(templateFor(prompts, PromptAction::Scene), job.request, stepOf(job) > 0);
    if (!prompt) return failure(std::move(prompt.error()));
    auto words = std::move(prompt->text);
    const auto& control = job.request.extra.control;
    // Together at most one megapixel: that is what the price covers.
    const auto share = inputs.scene && control ? kMegapixel / 2 : kMegapixel;
    std::size_t next = 2;
    if (inputs.scene) {
        auto place = imaging.fitToGrid(*inputs.scene, share, kGrid);
        if (!place) return failure(std::move(place.error()));
        words += fmt::format(" The place is the one of image {}.", next);
        out.images.emplace(slot(next++), std::move(*place));
    }
    if (!control) return words;
    auto guide = controlPicture(*control, inputs, imaging);
    if (!guide) return failure(std::move(guide.error()));
    auto reference = imaging.fitToGrid(*guide->bytes, share, kGrid);
    if (!reference) return failure(std::move(reference.error()));
    out.images.emplace(slot(next), std::move(*reference));
    return words + ' ' + controlWords(*control, next);
}

void EditEngine::putParameters(const Job& job, const PromptConfig& prompts, Size size,
                               Prepared& out) const {
    const auto request = settingsOf(job, row_.able, row_.name, out.warnings);
    out.parameters["prompt"] = out.prompt;
    out.parameters["output_format"] = "png";
    if (row_.sized) {
        out.parameters["width"] = size.width;
        out.parameters["height"] = size.height;
    }
    putSafety(out.parameters, request, prompts.defaults, row_.able.max_safety);
    putGuidance(out.parameters, request, {});
    putFinetune(out.parameters, request.extra);
    out.geometry = geometryOf(size);
}

Result<Prepared> EditEngine::prepare(const Job& job, const EngineInputs& inputs,
                                     const PromptConfig& prompts, const Imaging& imaging) const {
    Prepared out;
    auto source = imaging.fitToGrid(*inputs.person, kMegapixel, kGrid);
    if (!source) return failure(std::move(source.error()));
    const auto size = source->size;
    out.images.emplace(slot(1), std::move(*source));
    auto prompt = action_ == UsageAction::Tryon ? dress(job, inputs, prompts, imaging, out)
                                                : setScene(job, inputs, prompts, imaging, out);
    if (!prompt) return failure(std::move(prompt.error()));
    out.endpoint = row_.endpoint;
    out.prompt = std::move(*prompt);
    putParameters(job, prompts, size, out);
    return out;
}

Result<EncodedImage> EditEngine::finish(const Job& job, const Provenance& record,
                                        const EngineInputs& inputs, BytesView answer,
                                        const Imaging& imaging) const {
    return backInPhoto(job, record, inputs, answer, imaging);
}

}  // namespace atelier
