#pragma once

#include <functional>

#include "domain/job.h"
#include "domain/pricing.h"
#include "ports/job_store.h"
#include "ports/ledger_store.h"
#include "ports/user_store.h"
#include "util/clock.h"

namespace atelier {

/// A user's credits at one moment.
/// Holds, settles and grants credits. The user document decides, the ledger
/// records (docs/adr/0003-credits-in-one-document.md). Every step can be repeated
/// after a crash: what happened already is found done. Thread-safe.
class CreditService {
  public:
    /// Told about every credit that moved: (action, kind, credits).
    using Observer = std::function<void(UsageAction, UsageKind, Credits)>;

    CreditService(UserStore& users, LedgerStore& ledger, JobStore& jobs, const Clock& clock,
                  IdSource& ids, Observer observer = {});

    /// Stores the job with `job.credits_held` set aside on its owner's document and
    /// the hold's ledger line, unless there are `max_holds` already. Returns the balance with the
    /// hold. Errors: TooManyActiveJobs, InsufficientCredits (figures needed, available), NotReady.
    Task<Result<Balance>> accept(Job job, int max_holds);

    /// Settles an ended job: charges `credits_used`, gives back the rest, writes the
    /// ledger lines and marks the job settled. Repeating it changes nothing.
    Task<Result<>> settle(Job job);

    /// Adds (or, negative, takes away) credits. Errors: NotFound, InsufficientCredits.
    Task<Result<UsageLog>> grant(UserId user, Credits amount, std::string reason);

    /// What the user has now, of one moment. Errors: NotFound.
    Task<Result<Balance>> balance(UserId user);
    Task<Result<Page<UsageLog>>> history(UserId user, LedgerFilter filter, PageRequest page);

    /// Finishes what a crash cut off for one user, if it began before `orphan_before`: grants
    /// without a ledger line, holds whose job does not exist.
    Task<Result<>> repair(User user, Instant orphan_before);

  private:
    UsageLog line(const Job& job, UsageKind kind, Credits amount, Credits balance);
    Task<Result<>> append(UsageLog line);
    Task<Result<Credits>> balanceAfterSettling(Job job);

    UserStore& users_;
    LedgerStore& ledger_;
    JobStore& jobs_;
    const Clock& clock_;
    IdSource& ids_;
    const Observer observer_;
};

}  // namespace atelier
