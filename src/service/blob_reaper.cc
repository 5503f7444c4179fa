#include "service/blob_reaper.h"

#include <algorithm>

namespace atelier {
namespace {
constexpr int kReapBatch = 500;
}

Task<Result<bool>> BlobReaper::removeUnreferenced(std::string key) {
    auto before = co_await references_.isBlobReferenced(key);
    if (!before) co_return failure(std::move(before.error()));
    if (*before) co_return false;
    auto content = co_await blobs_.get(key);
    if (!content && content.error().code == ErrorCode::NotFound) co_return false;
    if (!content) co_return failure(std::move(content.error()));
    auto removed = co_await blobs_.remove(key);
    if (!removed) co_return failure(std::move(removed.error()));
    auto after = co_await references_.isBlobReferenced(key);
    if (after && !*after) co_return true;
    auto restored = co_await blobs_.put(*content, key.substr(key.find('.') + 1));
    if (!restored) co_return failure(std::move(restored.error()));
    if (!after) co_return failure(std::move(after.error()));
    co_return false;
}

Task<Result<>> BlobReaper::release(std::vector<std::string> keys) {
    std::ranges::sort(keys);
    const auto repeated = std::ranges::unique(keys);
    keys.erase(repeated.begin(), repeated.end());
    for (auto& key : keys) {
        auto removed = co_await removeUnreferenced(std::move(key));
        if (!removed) co_return failure(std::move(removed.error()));
    }
    co_return Result<>{};
}

Task<Result<int>> BlobReaper::sweep(Millis grace) {
    const auto before = clock_.now() - grace;
    std::string after;
    int removed = 0;
    for (;;) {
        auto batch = co_await blobs_.list(after, kReapBatch);
        if (!batch) co_return failure(std::move(batch.error()));
        for (const auto& blob : *batch) {
            after = blob.key;
            if (blob.modified_at >= before) continue;
            auto done = co_await removeUnreferenced(blob.key);
            if (!done) co_return failure(std::move(done.error()));
            removed += *done ? 1 : 0;
        }
        if (std::ssize(*batch) < kReapBatch) co_return removed;
    }
}

}  // namespace atelier
