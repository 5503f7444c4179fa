#include "service/on_pool.h"
#include "worker/stages.h"

namespace atelier {
namespace {

constexpr int kThumbEdge = 384;  // pixels

struct Finished {
    EncodedImage image;
    EncodedImage thumb;
};

}  // namespace

Task<Result<Picture>> StoreStage::finishSample(Job job, EngineInputs inputs, std::string raw_key) {
    auto raw = co_await parts_.blobs.get(raw_key);
    if (!raw) co_return failure(std::move(raw.error()));
    const auto* engine = engineOf(parts_, job);
    if (engine == nullptr) co_return failure(ErrorCode::Internal, "the job's engine is not known any more");

    auto work = [engine, &imaging = parts_.imaging, job, inputs, raw = *raw]() -> Result<Finished> {
        auto image = engine->finish(job, inputs, *raw, imaging);
        if (!image) return failure(std::move(image.error()));
        auto thumb = imaging.shrink(*image->bytes, kThumbEdge, ImageFormat::Webp);
        if (!thumb) return failure(std::move(thumb.error()));
        return Finished{std::move(*image), std::move(*thumb)};
    };
    auto done = co_await onPool(parts_.image_pool, std::move(work));
    if (!done) co_return failure(std::move(done.error()));
    auto key = co_await parts_.blobs.put(done->image.bytes, extensionOf(done->image.content_type));
    if (!key) co_return failure(std::move(key.error()));
    auto thumb_key = co_await parts_.blobs.put(done->thumb.bytes, extensionOf(done->thumb.content_type));
    if (!thumb_key) co_return failure(std::move(thumb_key.error()));

    Picture picture;
    picture.key = *key;
    picture.thumb_key = *thumb_key;
    picture.width = done->image.size.width;
    picture.height = done->image.size.height;
    picture.content_type = done->image.content_type;
    picture.bytes = static_cast<std::int64_t>(done->image.bytes->size());
    picture.sha256 = key->substr(0, 64);
    co_return picture;
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

Task<Result<>> StoreStage::run(JobRecord& record) {
    auto inputs = co_await loadInputs(parts_, record.job);
    if (!inputs) co_return failure(std::move(inputs.error()));
    for (std::size_t i = 0; i < record.job.samples.size(); ++i) {
        auto& sample = record.job.samples[i];
        if (sample.status != SampleStatus::Storing) continue;
        auto picture = co_await finishSample(record.job, *inputs, sample.raw_key.value_or(""));
        if (!picture && isTransient(picture.error())) co_return failure(std::move(picture.error()));
        auto& after = record.job.samples[i];
        if (picture) {
            after.result = std::move(*picture);
            after.status = SampleStatus::Succeeded;
        } else {
            after.error = toJobError(picture.error());
            after.status = SampleStatus::Failed;
        }
        if (picture && record.job.kind == JobKind::Model) {
            auto inserted = co_await insertModel(record.job, after);
            if (!inserted) co_return failure(std::move(inserted.error()));
        }
    }
    conclude(record.job, parts_.clock.now());
    auto saved = co_await record.save();
    co_return saved;
}

}  // namespace atelier
