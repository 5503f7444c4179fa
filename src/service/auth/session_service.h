#pragma once

#include <string>

#include "ports/session_store.h"
#include "ports/user_store.h"
#include "service/auth/access_tokens.h"
#include "service/auth/principal.h"
#include "util/clock.h"

namespace atelier {

/// Sessions: a refresh token that is replaced at every use, and the access tokens it buys. Whoever
/// shows a refresh token that was replaced ends the session for everyone who has a part of it (RFC
/// 9700 §4.14.2); whoever shows one that never was, does not. Thread-safe. A refresh token is
/// `atr_<session id>.<16 random bytes and a seal over them>`: the seal tells a replaced one from an
/// invented one. Only the newest one's hash is stored.
class SessionService {
  public:
    struct Parts {
        SessionStore& sessions;
        UserStore& users;
        AccessTokens& tokens;
        const Clock& clock;
        IdSource& ids;
        Seconds refresh_life;
        std::string secret;
    };
    explicit SessionService(Parts parts);

    /// `user` is what was read with the hash that the password was checked against: the session is
    /// void when the password has changed since, also if it is not stored yet while others end.
    Task<Result<Session>> open(User user);

    /// Errors: Unauthenticated (unknown, replaced or ended), TokenExpired.
    Task<Result<Session>> refresh(std::string refresh_token);

    /// Ends the session that a token was issued for. Success also when there is none.
    Task<Result<>> logout(std::string refresh_token);

    /// Ends all sessions of a user; access tokens go with the next epoch.
    Task<Result<>> endAll(UserId user);

    /// Removes what expired; returns how many sessions that were.
    Task<Result<int>> sweep();

  private:
    Task<Result<Session>> endReused(LoginSession session);
    Session hand(User user, std::string refresh_token);
    std::string tokenFrom(SessionId id, const Bytes& nonce) const;
    std::string makeToken(SessionId id) const;
    /// Whether `token` is or was one of `session`.
    bool isOf(const LoginSession& session, const std::string& token) const;

    Parts parts_;
    const Bytes key_;  ///< of seals
};

}  // namespace atelier
