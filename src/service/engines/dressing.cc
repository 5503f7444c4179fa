#include "service/engines/dressing.h"

#include <fmt/format.h>

#include "util/json.h"
#include "util/names.h"

namespace atelier {
namespace {

struct Sent {
    std::int64_t width = 0, height = 0;
};
BOOST_DESCRIBE_STRUCT(Sent, (), (width, height))

/// `category` of the request speaks of the only garment; several have their own.
std::string categoryName(const Job& job, const EngineInputs& inputs, const GarmentInput& garment) {
    const bool single = inputs.garments.size() == 1;
    const auto category =
        single ? job.request.category.value_or(garment.category) : garment.category;
    return std::string{spokenCategory(nameOf(category))};
}

}  // namespace

MaskKind maskToPreserve(const JobRequest& request) {
    return request.extra.preserve.value_or(false) ? MaskKind::Garment : MaskKind::None;
}

Result<> checkMaskHasUse(const JobRequest& request) {
    if (!request.mask_key || request.extra.preserve.value_or(false)) return {};
    Error error{ErrorCode::ValidationFailed,
                "mask: this engine has use for a mask only with preserve"};
    error.fields.push_back({"/mask", "has use only with preserve for this engine"});
    return failure(std::move(error));
}

PromptVariables dressingVariables(const Job& job, const EngineInputs& inputs, Laid laid) {
    PromptVariables out;
    out.prompt = job.request.prompt.value_or("");
    const auto count = inputs.garments.size();
    for (std::size_t i = 0; i < count; ++i) {
        const auto& garment = inputs.garments[i];
        const auto name = categoryName(job, inputs, garment);
        if (i == 0)
            out.category = name;
        else
            out.garment += i + 1 == count ? " and " : ", ";
        out.garment += "the " + name;
        if (!garment.description.empty()) out.garment += " (" + garment.description + ")";
        out.garment += laid == Laid::OneByOne ? fmt::format(" of image {}", i + 2)
                                              : fmt::format(" marked {} in image 2", i + 1);
    }
    return out;
}

std::vector<std::pair<std::string, SharedBytes>> labelled(const Job& job,
                                                          const EngineInputs& inputs) {
    std::vector<std::pair<std::string, SharedBytes>> out;
    for (const auto& garment : inputs.garments)
        out.emplace_back(fmt::format("{} {}", out.size() + 1, categoryName(job, inputs, garment)),
                         garment.image);
    return out;
}

boost::json::object geometryOf(Size sent) {
    return json::encode(Sent{sent.width, sent.height}).as_object();
}

Result<Size> sentSize(const Provenance& record) {
    Sent sent;
    if (auto read = json::decode(record.geometry, sent); !read)
        return failure(ErrorCode::Internal, "the job's record is damaged", read.error().message);
    return Size{static_cast<int>(sent.width), static_cast<int>(sent.height)};
}

Result<EncodedImage> backInPhoto(const Job& job, const Provenance& record,
                                 const EngineInputs& inputs, BytesView answer,
                                 const Imaging& imaging) {
    if (inputs.mask) {
        const auto sent = sentSize(record);
        if (!sent) return failure(sent.error());
        const Rect whole{0, 0, sent->width, sent->height};
        return imaging.composite(*inputs.person, *inputs.mask, answer, whole, *sent,
                                 resultFormat(job));
    }
    const auto size = imaging.sizeOf(*inputs.person);
    if (!size) return failure(size.error());
    return imaging.broughtTo(answer, *size, resultFormat(job));
}

}  // namespace atelier
