#include <algorithm>

#include <fmt/format.h>

#include "service/on_pool.h"
#include "worker/fit_pictures.h"
#include "worker/stages.h"

namespace atelier {
namespace {

constexpr double kSureMask = 0.5;

void noteMask(const StoredMask& mask, Provenance& record) {
    record.mask_key = mask.key;
    record.warnings.insert(record.warnings.end(), mask.warnings.begin(), mask.warnings.end());
    if (mask.confidence >= kSureMask) return;
    record.warnings.push_back(
        fmt::format("the automatic mask is uncertain ({:.0f} %); look at the job's maskUrl, "
                    "or send a mask of your own",
                    mask.confidence * 100));
}

}  // namespace

Task<Result<>> PrepareStage::makeMask(const Job& job, const Engine& engine, Provenance& record) {
    const auto kind = engine.mask(job.request);
    if (kind == MaskKind::None) co_return Result<>{};
    if (job.request.mask_key && stepOf(job) == 0) {
        record.mask_key = job.request.mask_key;
        co_return Result<>{};
    }
    const auto person = record.inputs.find("person");
    if (person == record.inputs.end() || kind == MaskKind::Given)
        co_return failure(ErrorCode::ValidationFailed, "this needs a picture and a mask");
    const auto original = record.inputs.find("original");
    auto mask = kind == MaskKind::Background
                    ? parts_.masks.backgroundFor(person->second, original == record.inputs.end()
                                                                     ? std::string{}
                                                                     : original->second)
                    : parts_.masks.maskFor(person->second,
                                           job.request.category.value_or(Category::UpperBody));
    auto made = co_await mask;
    if (!made) co_return failure(std::move(made.error()));
    noteMask(*made, record);
    co_return Result<>{};
}

Task<Result<>> PrepareStage::loadGuides(const Engine& engine, Provenance& record,
                                        EngineInputs& inputs) {
    if (engine.action() != UsageAction::Scene) co_return Result<>{};
    const auto control = record.inputs.find("control");
    if (control != record.inputs.end()) {
        auto bytes = co_await parts_.blobs.get(control->second);
        if (!bytes) co_return failure(std::move(bytes.error()));
        inputs.control = std::move(*bytes);
    }
    const auto scene = record.inputs.find("scene");
    if (scene == record.inputs.end()) co_return Result<>{};
    if (!engine.seesScene()) {
        record.warnings.push_back(
            fmt::format("engine {} goes by the preset's words; flux-2-* and kontext-* look at its "
                        "picture too",
                        engine.name()));
        co_return Result<>{};
    }
    auto bytes = co_await parts_.blobs.get(scene->second);
    if (!bytes) co_return failure(std::move(bytes.error()));
    inputs.scene = std::move(*bytes);
    co_return Result<>{};
}

Task<Result<>> PrepareStage::storePrepared(Prepared prepared, Provenance& record) {
    for (const auto& [field, image] : prepared.images) {
        auto key = co_await parts_.blobs.put(image.bytes, extensionOf(image.content_type));
        if (!key) co_return failure(std::move(key.error()));
        record.images[field] = *key;
    }
    record.endpoint = prepared.endpoint;
    record.prompt = prepared.prompt;
    record.parameters = std::move(prepared.parameters);
    record.geometry = std::move(prepared.geometry);
    record.takes_seed = prepared.takes_seed;
    record.warnings.insert(record.warnings.end(), prepared.warnings.begin(),
                           prepared.warnings.end());
    co_return Result<>{};
}

Task<Result<Provenance>> PrepareStage::prepared(const Job& job, Provenance record) {
    auto engine = engineOf(parts_, job);
    if (!engine) co_return failure(std::move(engine.error()));
    // The one that the job was accepted with: its defaults are in the request already.
    auto prompts = co_await parts_.prompts.version(job.request.domain, job.prompt_version);
    if (!prompts) co_return failure(std::move(prompts.error()));
    auto masked = co_await makeMask(job, **engine, record);
    if (!masked) co_return failure(std::move(masked.error()));
    auto inputs = co_await loadInputs(parts_, job, record);
    if (!inputs) co_return failure(std::move(inputs.error()));
    auto guided = co_await loadGuides(**engine, record, *inputs);
    if (!guided) co_return failure(std::move(guided.error()));

    auto work = [engine = *engine, &imaging = parts_.imaging, job, inputs = std::move(*inputs),
                 prompts = *prompts, &provider = parts_.provider]() -> Result<Prepared> {
        auto made = engine->prepare(job, inputs, prompts, imaging);
        if (!made) return made;
        noteShrunkPhoto(*made, inputs.person, imaging);
        return fitPictures(std::move(*made), provider, imaging);
    };
    auto made = co_await onPool(parts_.image_pool, std::move(work));
    if (!made) co_return failure(std::move(made.error()));
    auto stored = co_await storePrepared(std::move(*made), record);
    if (!stored) co_return failure(std::move(stored.error()));
    record.prompt_version = prompts->version;
    co_return record;
}

Task<Result<>> PrepareStage::prepareAll(Job& job) {
    auto record = co_await prepared(job, job.provenance);
    if (!record) co_return failure(std::move(record.error()));
    job.prompt_version = record->prompt_version;
    job.provenance = std::move(*record);
    co_return Result<>{};
}

Task<Result<>> PrepareStage::prepareEach(Job& job) {
    for (std::size_t i = 0; i < job.samples.size(); ++i) {
        if (job.samples[i].status != SampleStatus::Waiting) continue;
        Provenance source;
        source.inputs["person"] = job.samples[i].earlier.back().result.key;
        if (const auto photo = job.provenance.inputs.find("person");
            photo != job.provenance.inputs.end())
            source.inputs["original"] = photo->second;
        if (const auto scene = job.provenance.inputs.find("scene");
            scene != job.provenance.inputs.end())
            source.inputs.insert(*scene);
        auto record = co_await prepared(job, std::move(source));
        auto& sample = job.samples[i];
        if (record) {
            sample.provenance = std::move(*record);
            continue;
        }
        if (isTransient(record.error())) co_return failure(std::move(record.error()));
        sample.status = SampleStatus::Failed;
        sample.error = toJobError(record.error());
    }
    co_return Result<>{};
}

Task<Result<>> PrepareStage::run(JobRecord& record) {
    // Worked on aside, so that a failed attempt leaves nothing behind in the record.
    Job job = record.job;
    auto work = stepOf(job) == 0 ? prepareAll(job) : prepareEach(job);
    auto done = co_await work;
    if (!done) co_return failure(std::move(done.error()));
    const bool any =
        std::ranges::any_of(job.samples, [](const Sample& s) { return !isTerminal(s.status); });
    if (any)
        advance(job, JobStatus::Submitting, parts_.clock.now());
    else
        conclude(job, parts_.clock.now());
    record.job = std::move(job);
    auto saved = co_await record.save();
    co_return saved;
}

}  // namespace atelier
