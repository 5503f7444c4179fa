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

void noteFailedCall(const StageParts& parts, const Job& job, std::size_t index,
                    std::string_view call, const Error& why) {
    if (parts.tasks.call_failed && !isTransient(why))
        parts.tasks.call_failed(job, job.samples[index], call, why);
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

/// Jobs of older versions do not keep the words: whether they are found depends on the garment.
Task<Result<GarmentWords>> wordsFor(StageParts& parts, Job job, std::size_t i) {
    const auto& request = job.request;
    if (i < request.garment_words.size()) co_return request.garment_words[i];
    auto found = co_await parts.store.findGarment(job.user_id, request.garment_ids[i]);
    if (!found) co_return failure(std::move(found.error()));
    co_return *found ? wordsOf(**found) : GarmentWords{};
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
        auto words = co_await wordsFor(parts, job, i);
        if (!words) co_return failure(std::move(words.error()));
        GarmentInput garment;
        garment.category = words->category;
        garment.description = std::move(words->description);
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
