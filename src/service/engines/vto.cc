#include "service/engines/vto.h"

#include "service/engines/dressing.h"

namespace atelier {
namespace {

constexpr Abilities kVto{.max_safety = 5, .mask = true, .preserve = true};

}  // namespace

const std::vector<VtoRow> kVtoRows = {
    {"vto", "/v1/flux-tools/vto-v2"},
    {"vto-v1", "/v1/flux-tools/vto-v1"},
};

MaskKind VtoEngine::mask(const JobRequest& request) const {
    return maskToPreserve(request);
}

Result<> VtoEngine::check(const Job& job) const {
    if (auto fits = checkMaskHasUse(job.request); !fits) return fits;
    return checkAbilities(job, kVto);
}

Result<Prepared> VtoEngine::prepare(const Job& job, const EngineInputs& inputs,
                                    const PromptConfig& prompts, const Imaging& imaging) const {
    const auto laid = inputs.garments.size() == 1 ? Laid::OneByOne : Laid::OnBoard;
    auto prompt = renderTemplate(templateFor(prompts, PromptAction::TryonVto),
                                 dressingVariables(job, inputs, laid));
    if (!prompt) return failure(std::move(prompt.error()));
    auto person = imaging.fitToGrid(*inputs.person, kMegapixel, kGrid);
    if (!person) return failure(std::move(person.error()));
    auto garment = laid == Laid::OneByOne
                       ? imaging.fitToGrid(*inputs.garments.front().image, kMegapixel, kGrid)
                       : imaging.garmentBoard(labelled(job, inputs));
    if (!garment) return failure(std::move(garment.error()));

    Prepared out;
    out.endpoint = row_.endpoint;
    out.prompt = prompt->text;
    out.parameters["prompt"] = prompt->text;
    out.parameters["output_format"] = "png";
    putSafety(out.parameters, job.request, prompts.defaults, kVto.max_safety);
    out.geometry = geometryOf(person->size);
    out.images.emplace("person", std::move(*person));
    out.images.emplace("garment", std::move(*garment));
    return out;
}

Result<EncodedImage> VtoEngine::finish(const Job& job, const Provenance& record,
                                       const EngineInputs& inputs, BytesView answer,
                                       const Imaging& imaging) const {
    return backInPhoto(job, record, inputs, answer, imaging);
}

}  // namespace atelier
