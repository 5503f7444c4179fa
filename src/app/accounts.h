#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/settings.h"
#include "domain/error.h"

namespace atelier {

/// Accounts from the shell, beside a running service or without one. Each opens the store that the
/// settings name, prints what it did on stdout and returns the exit code. Blocking.

struct NewUser {
    std::string email;
    bool admin = false;
    std::int64_t credits = 0;
    std::optional<std::string> password;  ///< absent: one is made and printed
};

/// Errors: those of AccountService::create; NotReady.
Result<int> createUser(const Settings& settings, NewUser user);
Result<int> listUsers(const Settings& settings);
/// Errors: NotFound, Conflict (the last admin), NotReady.
Result<int> setUserRole(const Settings& settings, const std::string& email, bool admin);
/// Errors: NotFound, InsufficientCredits (taking away more than there is), NotReady.
Result<int> grantCredits(const Settings& settings, const std::string& email, std::int64_t credits);

/// Checks the hash chain of the audit log and prints its head; 1 when a line does not fit or the
/// one that `expected` names, an earlier head, is not there. Errors: ValidationFailed, NotReady.
Result<int> verifyAudit(const Settings& settings, const std::optional<std::string>& expected);

/// Checks that users, jobs and ledger agree about all credits (service/credit_audit.h), and prints
/// what does not; 1 when something does not.
Result<int> verifyCredits(const Settings& settings);

}  // namespace atelier
