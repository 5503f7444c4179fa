#include "service/auth/token_cache.h"

namespace atelier {

TokenCache::TokenCache(std::size_t capacity) : capacity_per_shard_{capacity / kShards + 1} {}

TokenCache::Shard& TokenCache::shardOf(const Bytes& digest) {
    return shards_[static_cast<unsigned char>(digest.front()) % kShards];
}

std::optional<AccessClaims> TokenCache::find(const Bytes& digest) {
    auto& shard = shardOf(digest);
    std::lock_guard lock{shard.mutex};
    const auto found = shard.index.find(digest);
    if (found == shard.index.end()) return std::nullopt;
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    return found->second->claims;
}

void TokenCache::insert(const Bytes& digest, const AccessClaims& claims) {
    auto& shard = shardOf(digest);
    std::lock_guard lock{shard.mutex};
    if (shard.index.contains(digest)) return;
    shard.entries.push_front({digest, claims});
    shard.index.emplace(shard.entries.front().digest, shard.entries.begin());
    if (shard.entries.size() > capacity_per_shard_) {
        shard.index.erase(shard.entries.back().digest);
        shard.entries.pop_back();
    }
}

}  // namespace atelier
