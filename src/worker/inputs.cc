#include <fmt/format.h>

#include "worker/stages.h"

namespace atelier {

const Engine* engineOf(const StageParts& parts, const Job& job) {
    return parts.engines.find(usageAction(job.kind), job.request.engine);
}

bool isTransient(const Error& error) {
    return error.code == ErrorCode::Conflict || error.code == ErrorCode::NotReady ||
           error.code == ErrorCode::Canceled;
}

Task<Result<EngineInputs>> loadInputs(StageParts& parts, Job job) {
    EngineInputs inputs;
    const auto& keys = job.provenance.inputs;
    if (const auto person = keys.find("person"); person != keys.end()) {
        auto bytes = co_await parts.blobs.get(person->second);
        if (!bytes) co_return failure(std::move(bytes.error()));
        inputs.person = *bytes;
    }
    for (std::size_t i = 0; i < job.request.garment_ids.size(); ++i) {
        GarmentInput garment;
        auto found = co_await parts.store.findGarment(job.user_id, job.request.garment_ids[i]);
        if (!found) co_return failure(std::move(found.error()));
        if (*found) {  // deleted meanwhile: its picture is still there, its description is not
            garment.category = (*found)->category;
            garment.description = (*found)->description.value_or((*found)->name.value_or(""));
        }
        const auto key = keys.find(fmt::format("garment{}", i));
        if (key == keys.end()) co_return failure(ErrorCode::Internal, "the job's record is damaged");
        auto bytes = co_await parts.blobs.get(key->second);
        if (!bytes) co_return failure(std::move(bytes.error()));
        garment.image = *bytes;
        inputs.garments.push_back(std::move(garment));
    }
    if (job.provenance.mask_key) {
        auto bytes = co_await parts.blobs.get(*job.provenance.mask_key);
        if (!bytes) co_return failure(std::move(bytes.error()));
        inputs.mask = *bytes;
    }
    co_return inputs;
}

}  // namespace atelier
