#pragma once

#include <string>

#include "domain/credits.h"
#include "domain/idempotency_claim.h"
#include "domain/job.h"
#include "domain/user.h"
#include "store/sqlite_db/connection.h"

/// Changes that more than one write is made of, each inside a write of the Database, and searches
/// that more than one read is made of.
namespace atelier::sqlite {

/// As UserStore::hold; with `most`, only beside fewer other holds. Errors: TooManyActiveJobs, too.
Result<Balance> holdCredits(Connection& connection, const UserId& user, const JobId& job,
                            Credits amount, std::optional<std::int64_t> most);
/// As JobStore::insertJob; `doc` is the job's JSON.
Result<> insertJob(Connection& connection, const Job& job, const std::string& doc);
/// As LedgerStore::append.
Result<bool> appendLine(Connection& connection, const UsageLog& line);

Result<std::optional<User>> findUser(Connection& connection, const UserId& id);
Result<std::optional<IdempotencyClaim>> findClaim(Connection& connection, const UserId& user,
                                                  const std::string& key);

}  // namespace atelier::sqlite
