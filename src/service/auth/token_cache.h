#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/ids.h"
#include "util/bytes.h"
#include "util/time.h"

namespace atelier {

/// What an access token says about its bearer.
struct AccessClaims {
    UserId user;
    std::int64_t epoch = 0;
    Instant expires_at{};
};

/// The most recently used verified tokens by their SHA-256, so that the tokens themselves are not
/// kept. Thread-safe; locks are split by digest.
class TokenCache {
  public:
    /// Holds at most `capacity` tokens.
    explicit TokenCache(std::size_t capacity);

    std::optional<AccessClaims> find(const Bytes& digest);
    void insert(const Bytes& digest, const AccessClaims& claims);

  private:
    struct Entry {
        Bytes digest;
        AccessClaims claims;
    };
    struct Shard {
        std::mutex mutex;
        std::list<Entry> entries;  // guarded by mutex; newest first
        std::unordered_map<std::string_view, std::list<Entry>::iterator> index;  // guarded by mutex
    };
    static constexpr std::size_t kShards = 8;

    Shard& shardOf(const Bytes& digest);

    const std::size_t capacity_per_shard_;
    std::array<Shard, kShards> shards_;
};

}  // namespace atelier
