#include <fmt/format.h>

#include "service/on_pool.h"
#include "worker/fit_pictures.h"
#include "worker/stages.h"

namespace atelier {

constexpr double kSureMask = 0.5;

Task<Result<std::optional<std::string>>> PrepareStage::makeMask(Job& job) {
    if (job.request.mask_key) co_return job.request.mask_key;
    const auto person = job.provenance.inputs.find("person");
    if (person == job.provenance.inputs.end()) co_return std::optional<std::string>{};
    auto mask = co_await parts_.masks.maskFor(person->second, job.request.category.value_or(Category::UpperBody));
    if (!mask) co_return failure(std::move(mask.error()));
    auto& warnings = job.provenance.warnings;
    warnings.insert(warnings.end(), mask->warnings.begin(), mask->warnings.end());
    if (mask->confidence < kSureMask)
        warnings.push_back(fmt::format("the automatic mask is uncertain ({:.0f} %); check it at "
                                       "/models/:id/mask or send your own",
                                       mask->confidence * 100));
    co_return std::optional{mask->key};
}

Task<Result<>> PrepareStage::storePrepared(Job& job, Prepared prepared) {
    auto& record = job.provenance;
    for (const auto& [field, image] : prepared.images) {
        auto key = co_await parts_.blobs.put(image.bytes, extensionOf(image.content_type));
        if (!key) co_return failure(std::move(key.error()));
        record.images[field] = *key;
    }
    record.endpoint = prepared.endpoint;
    record.prompt = prepared.prompt;
    record.parameters = std::move(prepared.parameters);
    record.geometry = std::move(prepared.geometry);
    record.warnings.insert(record.warnings.end(), prepared.warnings.begin(), prepared.warnings.end());
    co_return Result<>{};
}

Task<Result<>> PrepareStage::run(JobRecord& record) {
    // Worked on aside, so that a failed attempt leaves nothing behind in the record.
    Job job = record.job;
    const auto* engine = engineOf(parts_, job);
    if (engine == nullptr)
        co_return failure(ErrorCode::ValidationFailed,
                          fmt::format("engine \"{}\" is not known to this version", job.request.engine));
    auto prompts = co_await parts_.prompts.current(job.request.domain);
    if (!prompts) co_return failure(std::move(prompts.error()));
    if (engine->needsMask()) {
        auto mask = co_await makeMask(job);
        if (!mask) co_return failure(std::move(mask.error()));
        job.provenance.mask_key = *mask;
    }
    auto inputs = co_await loadInputs(parts_, job);
    if (!inputs) co_return failure(std::move(inputs.error()));

    auto work = [engine, &imaging = parts_.imaging, job, inputs = std::move(*inputs), prompts = *prompts,
                 &provider = parts_.provider]() -> Result<Prepared> {
        auto made = engine->prepare(job, inputs, prompts, imaging);
        if (!made) return made;
        return fitPictures(std::move(*made), provider, imaging);
    };
    auto prepared = co_await onPool(parts_.image_pool, std::move(work));
    if (!prepared) co_return failure(std::move(prepared.error()));
    job.prompt_version = prompts->version;
    auto stored = co_await storePrepared(job, std::move(*prepared));
    if (!stored) co_return failure(std::move(stored.error()));

    advance(job, JobStatus::Submitting, parts_.clock.now());
    record.job = std::move(job);
    auto saved = co_await record.save();
    co_return saved;
}

}  // namespace atelier
