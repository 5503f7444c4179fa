#pragma once

#include <functional>
#include <string>

#include "ports/account_store.h"
#include "ports/api_key_store.h"
#include "ports/attempt_limiter.h"
#include "ports/ledger_store.h"
#include "ports/user_store.h"
#include "service/auth/audit_log.h"
#include "service/auth/password_hasher.h"
#include "service/auth/session_service.h"
#include "service/caller.h"
#include "telemetry/metrics.h"

namespace atelier {

struct NewAccount {
    std::string email;
    std::string password;
    Role role = Role::User;
    Credits credits = 0;
    std::string reason;  ///< of the credits, for the ledger
};

/// What an administrator changes about an account.
struct AccountChange {
    std::optional<Role> role;
    std::optional<bool> disabled;
};
BOOST_DESCRIBE_STRUCT(AccountChange, (), (role, disabled))

/// Accounts from their beginning to their end. Thread-safe.
class AccountService {
  public:
    struct Parts {
        UserStore& users;
        AccountStore& accounts;
        LedgerStore& ledger;
        ApiKeyStore& keys;
        SessionService& sessions;
        PasswordHasher& hasher;
        AttemptLimiter& limiter;
        AuditLog& audit;
        Metrics& metrics;
        const Clock& clock;
        IdSource& ids;
        /// Erases what a user uploaded and made.
        std::function<Task<Result<>>(UserId)> erase_content;
    };
    explicit AccountService(Parts parts) : parts_{std::move(parts)} {}

    /// Makes an account with its first credits, which are in the user document from the start; a
    /// crash leaves at most their ledger line to the reconciler. Errors: ValidationFailed,
    /// PasswordTooCommon, EmailTaken, NotReady.
    Task<Result<User>> create(NewAccount account);

    /// Ends all sessions. Errors: InvalidCredentials (current one wrong), RateLimited,
    /// ValidationFailed, PasswordTooCommon.
    Task<Result<>> changePassword(Caller caller, std::string current, std::string next);

    /// Gives an account whose hash is of an older cost one of today's; `password` is the right one.
    /// What fails is tried again at the next login.
    Task<> renewHash(UserId user, std::string hash, std::string password);

    /// Ends the account: sessions, keys, photos and identity go, the ledger stays without a name.
    /// Errors: Conflict (the last admin).
    Task<Result<>> erase(Caller caller);
    /// Goes on with erasures that a crash or a failure cut off.
    Task<Result<>> finishErasures();

    /// Errors: NotFound, Conflict (the last admin).
    Task<Result<>> setRole(Caller admin, UserId user, Role role);
    Task<Result<>> setDisabled(Caller admin, UserId user, bool disabled);
    /// The account after the change. Errors: as above.
    Task<Result<User>> change(Caller admin, UserId user, AccountChange change);

    /// Accounts, newest first; `filter.email_part` in any case.
    Task<Result<Page<User>>> list(UserFilter filter, PageRequest page);

  private:
    Task<Result<>> recordFirstCredits(User user, UsageId grant, std::string reason);
    Task<Result<>> endCredentials(UserId user);
    Task<Result<>> eraseContent(UserId user);
    Task<Result<>> checkCurrent(User user, std::string current);

    Parts parts_;
};

/// The audit line of something `caller` did to `subject`.
AuditEvent auditEvent(const Caller& caller, std::string action, std::string subject,
                      boost::json::object details = {});

}  // namespace atelier
