#include <fmt/format.h>

#include "worker/stages.h"

namespace atelier {

Result<const Engine*> engineOf(const StageParts& parts, const Job& job) {
    const auto step = stepsOf(job.kind, job.request)[static_cast<std::size_t>(stepOf(job))];
    if (const auto* engine = parts.engines.find(step.action, step.engine)) return engine;
    return failure(ErrorCode::ValidationFailed,
                   fmt::format("engine \"{}\" is not known to this version", step.engine));
}

bool isTransient(const Error& error) {
    return error.code == ErrorCode::Conflict || error.code == ErrorCode::NotReady ||
           error.code == ErrorCode::Canceled;
}

namespace {

Task<Result<SharedBytes>> loadInput(BlobStore& blobs, std::string key) {
    if (key.empty()) co_return SharedBytes{};
    auto bytes = co_await blobs.get(std::move(key));
    co_return bytes;
}

std::string keyOf(const Provenance& record, const std::string& role) {
    const auto found = record.inputs.find(role);
    return found == record.inputs.end() ? std::string{} : found->second;
}

}  // namespace

Task<Result<EngineInputs>> loadInputs(StageParts& parts, Job job, Provenance record) {
    EngineInputs inputs;
    auto person = co_await loadInput(parts.blobs, keyOf(record, "person"));
    if (!person) co_return failure(std::move(person.error()));
    inputs.person = std::move(*person);
    auto image_prompt = co_await loadInput(parts.blobs, keyOf(record, "imagePrompt"));
    if (!image_prompt) co_return failure(std::move(image_prompt.error()));
    inputs.image_prompt = std::move(*image_prompt);
    auto mask = co_await loadInput(parts.blobs, record.mask_key.value_or(""));
    if (!mask) co_return failure(std::move(mask.error()));
    inputs.mask = std::move(*mask);
    if (stepOf(job) > 0) co_return inputs;
    for (std::size_t i = 0; i < job.request.garment_ids.size(); ++i) {
        GarmentInput garment;
        auto found = co_await parts.store.findGarment(job.user_id, job.request.garment_ids[i]);
        if (!found) co_return failure(std::move(found.error()));
        if (*found) {  // deleted meanwhile: its picture is still there, its description is not
            garment.category = (*found)->category;
            garment.description = (*found)->description.value_or((*found)->name.value_or(""));
        }
        const auto key = keyOf(record, fmt::format("garment{}", i));
        if (key.empty()) co_return failure(ErrorCode::Internal, "the job's record is damaged");
        auto bytes = co_await parts.blobs.get(key);
        if (!bytes) co_return failure(std::move(bytes.error()));
        garment.image = *bytes;
        inputs.garments.push_back(std::move(garment));
    }
    co_return inputs;
}

}  // namespace atelier
