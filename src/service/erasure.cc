#include "service/erasure.h"

#include <algorithm>
#include <iterator>

namespace atelier {
namespace {

constexpr int kEraseBatch = 100;

void append(std::vector<std::string>& keys, std::vector<std::string> more) {
    std::ranges::move(more, std::back_inserter(keys));
}

}  // namespace

Task<Result<Erasure::Keys>> Erasure::forgetModels(std::vector<Model> models) {
    Keys keys;
    for (const auto& model : models) {
        auto removed = co_await parts_.store.removeModel(model.user_id, model.id);
        if (!removed) co_return failure(std::move(removed.error()));
        append(keys, {model.picture.key, model.picture.thumb_key});
    }
    co_return keys;
}

Task<Result<Erasure::Keys>> Erasure::forgetGarments(std::vector<Garment> garments) {
    Keys keys;
    for (const auto& garment : garments) {
        auto removed = co_await parts_.store.removeGarment(garment.user_id, garment.id);
        if (!removed) co_return failure(std::move(removed.error()));
        append(keys, {garment.picture.key, garment.picture.thumb_key});
    }
    co_return keys;
}

Task<Result<Erasure::Keys>> Erasure::forgetJob(Job job) {
    if (!isTerminal(job.status)) {
        auto canceled = co_await parts_.jobs.cancel(job.user_id, job.id);
        if (!canceled && canceled.error().code != ErrorCode::NotCancelable)
            co_return failure(std::move(canceled.error()));
    }
    auto ended = co_await parts_.store.findJob(job.id);
    if (!ended) co_return failure(std::move(ended.error()));
    if (!*ended) co_return Keys{};
    auto settled = co_await parts_.credits.settle(**ended);
    if (!settled) co_return failure(std::move(settled.error()));
    auto removed = co_await parts_.store.removeJob(job.id);
    if (!removed) co_return failure(std::move(removed.error()));
    if (!*removed) co_return failure(ErrorCode::NotReady, "a job is still being settled");
    co_return blobKeysOf(**ended);
}

Task<Result<>> Erasure::eraseUser(UserId user) {
    const PageRequest page{.limit = kEraseBatch, .cursor = {}};
    for (;;) {
        auto jobs = co_await parts_.store.listJobs(user, {}, page);
        if (!jobs) co_return failure(std::move(jobs.error()));
        auto models = co_await parts_.store.listModels(user, std::nullopt, page);
        if (!models) co_return failure(std::move(models.error()));
        auto garments = co_await parts_.store.listGarments(user, std::nullopt, page);
        if (!garments) co_return failure(std::move(garments.error()));
        if (jobs->items.empty() && models->items.empty() && garments->items.empty()) break;

        Keys keys;
        for (auto& job : jobs->items) {
            auto more = co_await forgetJob(std::move(job));
            if (!more) co_return failure(std::move(more.error()));
            append(keys, std::move(*more));
        }
        auto of_models = co_await forgetModels(std::move(models->items));
        if (!of_models) co_return failure(std::move(of_models.error()));
        append(keys, std::move(*of_models));
        auto of_garments = co_await forgetGarments(std::move(garments->items));
        if (!of_garments) co_return failure(std::move(of_garments.error()));
        append(keys, std::move(*of_garments));
        auto released = co_await parts_.blobs.release(std::move(keys));
        if (!released) co_return failure(std::move(released.error()));
    }
    auto webhooks = co_await parts_.store.removeWebhooks(user);
    if (!webhooks) co_return failure(std::move(webhooks.error()));
    auto claims = co_await parts_.store.removeClaims(user);
    if (!claims) co_return failure(std::move(claims.error()));
    co_return Result<>{};
}

Task<Result<int>> Erasure::eraseModels(ModelType type, Instant before) {
    int erased = 0;
    for (;;) {
        auto models = co_await parts_.store.listModelsBefore(type, before, kEraseBatch);
        if (!models) co_return failure(std::move(models.error()));
        const auto count = static_cast<int>(models->size());
        auto keys = co_await forgetModels(std::move(*models));
        if (!keys) co_return failure(std::move(keys.error()));
        auto released = co_await parts_.blobs.release(std::move(*keys));
        if (!released) co_return failure(std::move(released.error()));
        erased += count;
        if (count < kEraseBatch) co_return erased;
    }
}

Task<Result<int>> Erasure::eraseUploads(Instant before) {
    auto models = co_await eraseModels(ModelType::Uploaded, before);
    if (!models) co_return failure(std::move(models.error()));
    int erased = *models;
    for (;;) {
        auto garments = co_await parts_.store.listGarmentsBefore(before, kEraseBatch);
        if (!garments) co_return failure(std::move(garments.error()));
        const auto count = static_cast<int>(garments->size());
        auto keys = co_await forgetGarments(std::move(*garments));
        if (!keys) co_return failure(std::move(keys.error()));
        auto released = co_await parts_.blobs.release(std::move(*keys));
        if (!released) co_return failure(std::move(released.error()));
        erased += count;
        if (count < kEraseBatch) co_return erased;
    }
}

Task<Result<int>> Erasure::eraseJobs(Instant before) {
    int erased = 0;
    for (;;) {
        auto jobs = co_await parts_.store.listSettled(before, kEraseBatch);
        if (!jobs) co_return failure(std::move(jobs.error()));
        const auto count = static_cast<int>(jobs->size());
        Keys keys;
        for (auto& job : *jobs) {
            auto more = co_await forgetJob(std::move(job));
            if (!more) co_return failure(std::move(more.error()));
            append(keys, std::move(*more));
        }
        auto released = co_await parts_.blobs.release(std::move(keys));
        if (!released) co_return failure(std::move(released.error()));
        erased += count;
        if (count < kEraseBatch) co_return erased;
    }
}

Task<Result<int>> Erasure::eraseResults(Instant before) {
    auto jobs = co_await eraseJobs(before);
    if (!jobs) co_return failure(std::move(jobs.error()));
    auto models = co_await eraseModels(ModelType::Generated, before);
    if (!models) co_return failure(std::move(models.error()));
    co_return *jobs + *models;
}

}  // namespace atelier
