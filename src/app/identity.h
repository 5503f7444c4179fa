#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/settings.h"
#include "ports/attempt_limiter.h"
#include "ports/store.h"
#include "service/auth/account_service.h"
#include "service/auth/auth_service.h"
#include "telemetry/metrics.h"
#include "util/clock.h"

namespace atelier {

/// Everything about who is who: what the API needs to let people in, and what the
/// `user` commands need on their own.
class Identity {
  public:
    using EraseContent = std::function<Task<Result<>>(UserId)>;

    Identity(const AuthSettings& settings, const std::string& secret, Store& store,
             Metrics& metrics, const Clock& clock, IdSource& ids,
             std::unique_ptr<AttemptLimiter> logins, std::unique_ptr<AttemptLimiter> registrations,
             EraseContent erase_content);

    PasswordHasher hasher;
    AccessTokens tokens;
    const std::unique_ptr<AttemptLimiter> limiter;
    const std::unique_ptr<AttemptLimiter> registration_limiter;  ///< null: any number
    AuditLog audit;
    SessionService sessions;
    ApiKeyService api_keys;
    AccountService accounts;
    AuthService auth;
};

}  // namespace atelier
