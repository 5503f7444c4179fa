#pragma once

#include <optional>
#include <string>

#include "http/call.h"
#include "service/auth/auth_service.h"

namespace atelier::http {

/// Decides who may call an operation. Thread-safe.
class Gatekeeper {
  public:
    Gatekeeper(AuthService& auth, std::optional<std::string> metrics_token)
        : auth_{auth}, metrics_token_{std::move(metrics_token)} {}

    /// Fills in `call->principal` where the operation needs one.
    /// Errors: Unauthenticated, TokenExpired, Forbidden (the account is disabled), NotReady.
    Task<Result<>> identify(CallPtr call);
    /// Errors: Forbidden (the caller's role or scopes).
    static Result<> allow(const Call& call);

  private:
    bool hasMetricsToken(const std::string& bearer) const;

    AuthService& auth_;
    const std::optional<std::string> metrics_token_;
};

/// Errors: Forbidden (the caller signed in with an API key).
Result<> requireAccessToken(const Call& call);

/// What follows `Bearer ` in an Authorization header; empty when there is none.
std::string bearerOf(const drogon::HttpRequestPtr& request);

}  // namespace atelier::http
