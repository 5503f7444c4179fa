#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/api_key.h"
#include "domain/error.h"
#include "util/task.h"

namespace atelier {

/// API keys. Thread-safe. Durable when a task completes. All methods may fail with NotReady.
class ApiKeyStore {
  public:
    virtual ~ApiKeyStore() = default;

    /// False, and nothing stored, when the user has `most` keys already, also when several are made
    /// at the same time.
    virtual Task<Result<bool>> insertApiKey(ApiKey key, int most) = 0;
    /// Empty when there is none: not an error. A point read: it stands in front of every request
    /// with a key.
    virtual Task<Result<std::optional<ApiKey>>> findApiKeyByHash(std::string hash) = 0;
    /// Newest first.
    virtual Task<Result<std::vector<ApiKey>>> listApiKeys(UserId user) = 0;
    /// Notes the use; a missing key is not an error.
    virtual Task<Result<>> touchApiKey(ApiKeyId id, Instant at) = 0;
    /// False when the user has no such key.
    virtual Task<Result<bool>> removeApiKey(UserId user, ApiKeyId id) = 0;
    /// How many there were.
    virtual Task<Result<int>> removeApiKeys(UserId user) = 0;
};

}  // namespace atelier
