#pragma once

#include <map>
#include <numeric>
#include <string>

#include <boost/describe.hpp>

#include "domain/credits.h"
#include "domain/ids.h"
#include "util/time.h"

namespace atelier {

enum class Role { User, Admin };
BOOST_DESCRIBE_ENUM(Role, User, Admin)

/// An account, and the one document that decides about its credits:
/// granted = creditsLeft + Σ holds + settled, and creditsLeft is never negative
/// (docs/adr/0003-credits-in-one-document.md).
struct User {
    UserId id;
    std::string email;  ///< lower case, unique
    std::string hash;   ///< argon2id, as libsodium's crypto_pwhash_str writes it
    Role role = Role::User;
    Credits credits_left = 0;
    std::map<std::string, Credits> holds;  ///< job id → credits set aside
    std::map<std::string, Credits>
        pending_grants;  ///< grant id → amount whose ledger line is not yet written
    std::map<std::string, std::string> grant_reasons;  ///< of pending_grants
    std::int64_t session_epoch = 0;                    ///< tokens of an older epoch are void
    bool disabled = false;
    Instant created_at{};

    /// Nobody's any more: kept for the ledger only.
    bool isErased() const { return hash.empty(); }

    Credits creditsHeld() const {
        return std::accumulate(holds.begin(), holds.end(), Credits{0},
                               [](Credits sum, const auto& hold) { return sum + hold.second; });
    }
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, email, hash, role, credits_left, holds, pending_grants, grant_reasons,
                       session_epoch, disabled, created_at))

}  // namespace atelier
