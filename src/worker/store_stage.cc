#include <algorithm>

#include "worker/stages.h"

namespace atelier {
namespace {

/// By the header alone: an answer no endpoint gives is not decoded at all.
Result<> checkAnswer(BytesView answer, const Imaging& imaging) {
    const auto size = imaging.sizeOf(answer);
    if (!size)
        return failure(ErrorCode::ProviderBadAnswer, "the provider's picture cannot be read",
                       size.error().detail);
    if (std::int64_t{size->width} * size->height > ImageLimits{}.max_pixels)
        return failure(ErrorCode::ProviderBadAnswer, "the provider's picture has too many pixels");
    return {};
}

}  // namespace

Task<Result<Picture>> StoreStage::finishSample(Job job, Sample sample) {
    auto engine = engineOf(parts_, job);
    if (!engine) co_return failure(std::move(engine.error()));
    const auto record = provenanceOf(job, sample);
    auto inputs = co_await loadInputs(parts_, job, record);
    if (!inputs) co_return failure(std::move(inputs.error()));
    auto raw = co_await parts_.blobs.get(sample.raw_key.value_or(""));
    if (!raw) co_return failure(std::move(raw.error()));

    std::function<Result<EncodedImage>()> make = [engine = *engine, &imaging = parts_.imaging, job,
                                                  record, inputs = std::move(*inputs),
                                                  raw = *raw]() -> Result<EncodedImage> {
        if (auto usable = checkAnswer(*raw, imaging); !usable)
            return failure(std::move(usable.error()));
        return engine->finish(job, record, inputs, *raw, imaging);
    };
    auto picture = co_await parts_.pictures.keepMade(std::move(make), (*engine)->origin());
    co_return picture;
}

Task<Result<>> StoreStage::finishSamples(Job& job) {
    for (std::size_t i = 0; i < job.samples.size(); ++i) {
        if (job.samples[i].status != SampleStatus::Storing) continue;
        auto picture = co_await finishSample(job, job.samples[i]);
        if (!picture && isTransient(picture.error())) co_return failure(std::move(picture.error()));
        auto& sample = job.samples[i];
        if (picture) {
            sample.result = std::move(*picture);
            if (isLastStep(job)) sample.status = SampleStatus::Succeeded;
        } else {
            sample.error = toJobError(picture.error());
            sample.status = SampleStatus::Failed;
        }
    }
    co_return Result<>{};
}

Task<Result<>> StoreStage::insertModel(Job job, Sample sample) {
    Model model;
    model.id = sample.model_id.value_or(ModelId{});
    model.user_id = job.user_id;
    model.type = ModelType::Generated;
    model.name = job.request.name;
    model.picture = *sample.result;
    model.job_id = job.id;
    model.created_at = parts_.clock.now();
    auto inserted = co_await parts_.store.insertModel(std::move(model));
    co_return inserted;
}

Task<Result<>> StoreStage::insertModels(const Job& job) {
    for (std::size_t i = 0; i < job.samples.size(); ++i) {
        if (job.samples[i].status != SampleStatus::Succeeded) continue;
        auto inserted = co_await insertModel(job, job.samples[i]);
        if (!inserted) co_return inserted;
    }
    co_return Result<>{};
}

Task<Result<>> StoreStage::run(JobRecord& record) {
    auto finished = co_await finishSamples(record.job);
    if (!finished) co_return finished;
    const bool goes_on = std::ranges::any_of(record.job.samples, [](const Sample& sample) {
        return sample.status == SampleStatus::Storing;
    });
    if (record.job.kind == JobKind::Model) {
        // Before the terminal write: whoever hears of the job's end finds the model. When the job
        // is canceled meanwhile, JobRunner takes it away again.
        auto inserted = co_await insertModels(record.job);
        if (!inserted) co_return inserted;
    }
    if (goes_on)
        beginNextStep(record.job, parts_.clock.now());
    else
        conclude(record.job, parts_.clock.now());
    auto saved = co_await record.save();
    co_return saved;
}

}  // namespace atelier
