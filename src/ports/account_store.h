#pragma once

#include <string>
#include <vector>

#include "domain/error.h"
#include "domain/ids.h"
#include "util/task.h"

namespace atelier {

/// Who may sign in: the part of a user that has nothing to do with credits. Thread-safe. Every
/// change is one atomic change of one user document, durable when the task completes. An admin who
/// is not disabled always remains: the change that would take the last one fails with Conflict. An
/// erased user cannot be changed any more (NotFound) nor is an admin, whatever its role says. All
/// methods may fail with NotReady.
class AccountStore {
  public:
    virtual ~AccountStore() = default;

    /// Stores a new password hash and raises session_epoch. Errors: NotFound.
    virtual Task<Result<>> setPassword(UserId id, std::string hash) = 0;
    /// Stores another hash of the same password in place of `from`; sessions go on. Nothing happens
    /// when the hash is no longer `from`. Errors: NotReady.
    virtual Task<Result<>> renewHash(UserId id, std::string from, std::string to) = 0;
    /// Raises session_epoch when it disables. Errors: NotFound, Conflict (the last admin).
    virtual Task<Result<>> setDisabled(UserId id, bool disabled) = 0;
    /// Forgets who the user was: e-mail becomes `erased:<id>`, the hash empty, the account
    /// disabled, session_epoch raised. Id, credits and holds stay, for the ledger. The user is
    /// among `listErasing` until `noteErased`. Errors: NotFound, Conflict (the last admin).
    virtual Task<Result<>> eraseUser(UserId id) = 0;
    /// Erased users who may still have content.
    virtual Task<Result<std::vector<UserId>>> listErasing(int limit) = 0;
    virtual Task<Result<>> noteErased(UserId id) = 0;
};

}  // namespace atelier
