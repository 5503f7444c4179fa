#pragma once

#include <string>

#include "domain/error.h"
#include "domain/user.h"
#include "service/auth/token_cache.h"
#include "util/clock.h"

namespace atelier {

/// Makes and checks access tokens: JWT (RFC 7519), HS256 and nothing else (RFC 8725 §3.1), with
/// iss, aud, sub, iat, exp, jti and the user's session epoch. Thread-safe.
class AccessTokens {
  public:
    /// `key` has at least 32 bytes (RFC 7518 §3.2).
    AccessTokens(std::string key, Seconds life, const Clock& clock, IdSource& ids);

    std::string issue(const User& user);
    Seconds life() const { return life_; }

    /// What a token says, if it is ours and still good. A token seen before costs one SHA-256.
    /// Errors: Unauthenticated, TokenExpired.
    Result<AccessClaims> verify(const std::string& token);

  private:
    Result<AccessClaims> decode(const std::string& token) const;

    const std::string key_;
    const Seconds life_;
    const Clock& clock_;
    IdSource& ids_;
    TokenCache cache_;
};

}  // namespace atelier
