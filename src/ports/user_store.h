#pragma once

#include <optional>
#include <string>

#include "domain/error.h"
#include "domain/user.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

struct UserFilter {
    std::optional<std::string> email_part;  ///< in lower case
    std::optional<Role> role;
    std::optional<bool> disabled;
};

/// Accounts, and the only place where credits are decided.
///
/// Thread-safe. Every mutation is one atomic, conditional change of one user
/// document, durable when the task completes; none leaves `credits_left`
/// negative. All methods may fail with NotReady (store unreachable, disk full:
/// nothing happened or, for a lost answer, repeat: every mutation is idempotent
/// by its key) besides the errors they name.
class UserStore {
  public:
    virtual ~UserStore() = default;

    /// Errors: EmailTaken.
    virtual Task<Result<>> insertUser(User user) = 0;
    /// Empty when there is none: not an error.
    virtual Task<Result<std::optional<User>>> findUser(UserId id) = 0;
    /// `email` in lower case.
    virtual Task<Result<std::optional<User>>> findUserByEmail(std::string email) = 0;
    virtual Task<Result<Page<User>>> listUsers(UserFilter filter, PageRequest page) = 0;
    /// Errors: NotFound.
    virtual Task<Result<>> setRole(UserId id, Role role) = 0;

    /// Moves `amount` from credits_left into holds[job]. A hold that exists
    /// already is left alone and counts as success. Returns credits_left after.
    /// Errors: InsufficientCredits (figures needed, available), NotFound.
    virtual Task<Result<Credits>> hold(UserId id, JobId job, Credits amount) = 0;

    /// Removes holds[job] and gives back what exceeds `charge`. Empty when there
    /// is no such hold (already settled): not an error. Returns credits_left after.
    virtual Task<Result<std::optional<Credits>>> settle(UserId id, JobId job, Credits charge) = 0;

    /// Adds `amount` (may be negative) and notes it under pending_grants[grant], with `reason`
    /// under grant_reasons[grant], until its ledger line is written. A grant noted already is not
    /// repeated.
    /// Returns credits_left after.
    /// Errors: InsufficientCredits (would go below zero), NotFound.
    virtual Task<Result<Credits>> grant(UserId id, UsageId grant, Credits amount,
                                        std::string reason) = 0;
    /// Forgets pending_grants[grant] and its reason; missing is not an error.
    virtual Task<Result<>> clearGrant(UserId id, UsageId grant) = 0;

    /// Users with any hold or pending grant, by id after `cursor`: for the reconciler.
    virtual Task<Result<Page<User>>> listUsersWithHolds(PageRequest page) = 0;
};

}  // namespace atelier
