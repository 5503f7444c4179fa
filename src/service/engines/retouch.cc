#include "service/engines/retouch.h"

#include <cmath>

#include "service/engines/dressing.h"
#include "service/engines/scene_words.h"

namespace atelier {
namespace {

constexpr std::int64_t kLargest = 4 * kMegapixel;  // that the tools work on

constexpr Abilities kErase{.max_safety = 5, .words = false, .mask = true};
constexpr Abilities kOutpaint{.sizing = Sizing::Ratio, .max_safety = 5, .seed = false};
constexpr Abilities kDeblur{.max_safety = 5, .words = false};

std::unexpected<Error> missing(std::string pointer, std::string message) {
    Error error{ErrorCode::ValidationFailed, pointer.substr(1) + " " + message};
    error.fields.push_back({std::move(pointer), std::move(message)});
    return failure(std::move(error));
}

/// The smallest canvas of `ratio` on the grid that holds `source`.
Size canvasAround(Size source, double ratio) {
    const double width = std::max<double>(source.width, source.height * ratio);
    const double height = std::max<double>(source.height, source.width / ratio);
    const auto side = [](double pixels) {
        return static_cast<int>(std::ceil(pixels / kGrid - 1e-6)) * kGrid;
    };
    return {side(width), side(height)};
}

}  // namespace

const std::vector<RetouchRow> kRetouchRows = {
    {"erase", "/v1/flux-tools/erase-v1", SceneOperation::Erase, kErase},
    {"outpaint", "/v1/flux-tools/outpainting-v1", SceneOperation::Outpaint, kOutpaint},
    {"deblur", "/v1/flux-tools/deblur-v1", SceneOperation::Deblur, kDeblur},
};

MaskKind RetouchEngine::mask(const JobRequest&) const {
    return row_.operation == SceneOperation::Erase ? MaskKind::Given : MaskKind::None;
}

Result<> RetouchEngine::check(const Job& job) const {
    if (row_.operation == SceneOperation::Erase && !job.request.mask_key)
        return missing("/mask", "is needed: white where something is to be erased");
    if (row_.operation == SceneOperation::Outpaint && !job.request.aspect_ratio)
        return missing("/aspectRatio", "is needed: the proportions that the picture grows to");
    return checkAbilities(job, row_.able);
}

Result<Prepared> RetouchEngine::prepare(const Job& job, const EngineInputs& inputs,
                                        const PromptConfig& prompts, const Imaging& imaging) const {
    const bool outpaint = row_.operation == SceneOperation::Outpaint;
    // A canvas of the outermost ratio may be several times the source.
    auto source = imaging.fitToGrid(*inputs.person, outpaint ? kMegapixel / 2 : kLargest, kGrid);
    if (!source) return failure(std::move(source.error()));

    Prepared out;
    out.endpoint = row_.endpoint;
    out.parameters["output_format"] = "png";
    putSafety(out.parameters, job.request, prompts.defaults, row_.able.max_safety);
    out.takes_seed = row_.able.seed;
    out.geometry = geometryOf(source->size);
    if (outpaint) {
        const auto canvas =
            canvasAround(source->size, ratioOf(job.request.aspect_ratio.value_or("1:1")));
        out.parameters["width"] = canvas.width;
        out.parameters["height"] = canvas.height;
        out.prompt = sceneInOneText(job.request);
        if (!out.prompt.empty()) out.parameters["prompt"] = out.prompt;
    }
    if (row_.operation == SceneOperation::Erase) {
        auto mask = imaging.clientMask(*inputs.mask, source->size);
        if (!mask) return failure(std::move(mask.error()));
        out.images.emplace("mask", std::move(mask->mask));
    }
    out.images.emplace(outpaint ? "input_image" : "image", std::move(*source));
    return out;
}

Result<EncodedImage> RetouchEngine::finish(const Job& job, const Provenance& record,
                                           const EngineInputs& inputs, BytesView answer,
                                           const Imaging& imaging) const {
    if (row_.operation == SceneOperation::Outpaint) return wholeAnswer(job, answer, imaging);
    return backInPhoto(job, record, inputs, answer, imaging);
}

}  // namespace atelier
