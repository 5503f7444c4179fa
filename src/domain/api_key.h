#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "domain/ids.h"
#include "util/time.h"

namespace atelier {

/// What a credential may be used for.
enum class Scope {
    Read,   ///< see what is the user's own
    Jobs,   ///< upload, start and cancel jobs, spend credits, manage webhooks
    Admin,  ///< administration, if the user is an admin
};
BOOST_DESCRIBE_ENUM(Scope, Read, Jobs, Admin)

/// A long-lived credential for programs: `atl_` and 32 random bytes, shown once.
struct ApiKey {
    ApiKeyId id;
    UserId user_id;
    std::string name;
    std::string prefix;  ///< how the key begins, to recognise it by
    std::string hash;    ///< SHA-256 of the whole key, hexadecimal; unique
    std::vector<Scope> scopes;
    std::optional<std::int64_t> requests_per_minute;  ///< a limit below that of the account
    std::optional<Instant> expires_at;
    std::optional<Instant> last_used_at;  ///< to the minute
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(ApiKey, (),
                      (id, user_id, name, prefix, hash, scopes, requests_per_minute, expires_at,
                       last_used_at, created_at))

}  // namespace atelier
