#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/api_key_store.h"
#include "service/auth/audit_log.h"
#include "service/auth/principal.h"
#include "service/caller.h"
#include "util/clock.h"

namespace atelier {

struct CreateApiKey {
    std::string name;
    std::vector<Scope> scopes{Scope::Read, Scope::Jobs};
    std::optional<std::int64_t> requests_per_minute;  ///< absent: as many as the account may
    std::optional<Instant> expires_at;
};

/// A new key; `secret` is shown this once.
struct CreatedApiKey {
    ApiKey key;
    std::string secret;
};

/// API keys: `atl_` and 32 random bytes, stored as a hash. Thread-safe.
class ApiKeyService {
  public:
    static constexpr std::string_view kPrefix = "atl_";
    static constexpr int kMostKeys = 50;

    ApiKeyService(ApiKeyStore& keys, AuditLog& audit, const Clock& clock, IdSource& ids)
        : keys_{keys}, audit_{audit}, clock_{clock}, ids_{ids} {}

    /// Errors: ValidationFailed (name, no scope, no request allowed, expiry in the past, more than
    /// kMostKeys), Forbidden (scope admin for a user who is none).
    Task<Result<CreatedApiKey>> create(Caller caller, CreateApiKey in);
    Task<Result<std::vector<ApiKey>>> list(UserId user) { return keys_.listApiKeys(user); }
    /// Errors: NotFound.
    Task<Result<>> remove(Caller caller, ApiKeyId id);

    /// The key that `secret` is, with its use noted. Errors: Unauthenticated, TokenExpired.
    Task<Result<ApiKey>> recognize(std::string secret);

  private:
    Task<Result<>> record(Caller caller, std::string action, ApiKey key);

    ApiKeyStore& keys_;
    AuditLog& audit_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace atelier
