#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe.hpp>

#include "domain/ids.h"
#include "util/time.h"

namespace atelier {

/// One login: the family of refresh tokens that follow each other. Only the newest token is valid;
/// an older one means that someone has a copy, and ends the session. Source: RFC 9700 §4.14.2.
struct LoginSession {
    SessionId id;
    UserId user_id;
    std::string token_hash;  ///< SHA-256 of the newest refresh token, hexadecimal
    /// The user's when the password was checked; void with any other. Absent: begun by a version
    /// that did not note it.
    std::optional<std::int64_t> epoch;
    Instant created_at{};
    Instant refreshed_at{};
    Instant expires_at{};
};
BOOST_DESCRIBE_STRUCT(LoginSession, (),
                      (id, user_id, token_hash, epoch, created_at, refreshed_at, expires_at))

}  // namespace atelier
