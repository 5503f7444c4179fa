#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/api_key.h"
#include "domain/user.h"

namespace atelier {

/// Who sent a request, and what the credential allows.
struct Principal {
    std::shared_ptr<const User> user;            ///< never null
    std::vector<Scope> scopes;                   ///< of an access token: all
    std::optional<ApiKeyId> api_key;             ///< absent: an access token
    std::optional<std::int64_t> key_per_minute;  ///< requests of that key, if it has a limit

    /// `Admin` needs the role as well as the scope.
    bool may(Scope scope) const {
        return std::ranges::find(scopes, scope) != scopes.end() &&
               (scope != Scope::Admin || user->role == Role::Admin);
    }
};

/// What register, login and refresh hand out.
struct Session {
    User user;
    std::string access_token;
    Seconds expires_in{};  ///< of the access token
    std::string refresh_token;
};

}  // namespace atelier
