#include "service/engines/fill.h"

#include "util/json.h"
#include "util/names.h"

namespace atelier {
namespace {

/// Where the person stands in the diptych; kept with the job until it is finished.
struct DiptychGeometry {
    std::int64_t left = 0, top = 0, width = 0, height = 0;  // of the person, in canvas pixels
    std::int64_t canvas_width = 0, canvas_height = 0;
};
BOOST_DESCRIBE_STRUCT(DiptychGeometry, (), (left, top, width, height, canvas_width, canvas_height))

PromptVariables variablesOf(const Job& job, const GarmentInput& garment) {
    PromptVariables out;
    out.prompt = job.request.prompt.value_or("");
    out.category = spokenCategory(nameOf(job.request.category.value_or(garment.category)));
    out.garment = garment.description.empty() ? "as shown" : garment.description;
    return out;
}

constexpr Abilities kFill{.guidance = NumberRange{1.5, 100},
                          .steps = NumberRange{15, 50},
                          .upsampling = true,
                          .mask = true};
constexpr Abilities kFillFinetuned{.guidance = NumberRange{1.5, 100},
                                   .steps = NumberRange{15, 50},
                                   .upsampling = true,
                                   .finetune = true,
                                   .mask = true};

}  // namespace

const std::vector<FillRow> kFillRows = {
    {"fill", "/v1/flux-pro-1.0-fill", kFill},
    {"fill-finetuned", "/v1/flux-pro-1.0-fill-finetuned", kFillFinetuned},
};

Result<> FillEngine::check(const Job& job) const {
    if (job.request.garment_ids.size() > 1) {
        Error error{ErrorCode::ValidationFailed,
                    "engine " + std::string{row_.name} +
                        " puts on one garment; for several use vto or flux-2-pro"};
        error.fields.push_back({"/garmentIds", "must be one garment for this engine"});
        return failure(std::move(error));
    }
    return checkAbilities(job, row_.able);
}

Result<Prepared> FillEngine::prepare(const Job& job, const EngineInputs& inputs,
                                     const PromptConfig& prompts, const Imaging& imaging) const {
    const auto& garment = inputs.garments.front();
    auto prompt =
        renderTemplate(templateFor(prompts, PromptAction::Tryon), variablesOf(job, garment));
    if (!prompt) return failure(std::move(prompt.error()));
    auto diptych = imaging.diptych(*garment.image, *inputs.person, *inputs.mask);
    if (!diptych) return failure(std::move(diptych.error()));

    Prepared out;
    out.endpoint = row_.endpoint;
    out.prompt = prompt->text;
    out.parameters["prompt"] = prompt->text;
    out.parameters["output_format"] =
        "png";  // the paste is ours; the answer should lose nothing before it
    putGuidance(out.parameters, job.request, prompts.defaults);
    putSafety(out.parameters, job.request, prompts.defaults);
    putFinetune(out.parameters, job.request.extra);

    DiptychGeometry geometry;
    geometry.left = diptych->person.left;
    geometry.top = diptych->person.top;
    geometry.width = diptych->person.width;
    geometry.height = diptych->person.height;
    geometry.canvas_width = diptych->canvas.size.width;
    geometry.canvas_height = diptych->canvas.size.height;
    out.geometry = json::encode(geometry).as_object();

    out.images.emplace("image", std::move(diptych->canvas));
    out.images.emplace("mask", std::move(diptych->mask));
    return out;
}

Result<EncodedImage> FillEngine::finish(const Job& job, const Provenance& record,
                                        const EngineInputs& inputs, BytesView answer,
                                        const Imaging& imaging) const {
    DiptychGeometry geometry;
    if (auto read = json::decode(record.geometry, geometry); !read)
        return failure(ErrorCode::Internal, "the job's record is damaged", read.error().message);
    const auto px = [](std::int64_t value) { return static_cast<int>(value); };
    const Rect person{px(geometry.left), px(geometry.top), px(geometry.width), px(geometry.height)};
    const Size canvas{px(geometry.canvas_width), px(geometry.canvas_height)};
    return imaging.composite(*inputs.person, *inputs.mask, answer, person, canvas,
                             resultFormat(job));
}

}  // namespace atelier
