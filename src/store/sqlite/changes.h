#pragma once

#include <string>

#include "domain/credits.h"
#include "domain/job.h"
#include "store/sqlite_db/connection.h"

/// Changes that more than one write is made of. Each runs inside a write of the Database.
namespace atelier::sqlite {

/// As UserStore::hold.
Result<Credits> holdCredits(Connection& connection, const UserId& user, const JobId& job,
                            Credits amount);
/// As JobStore::insertJob; `doc` is the job's JSON.
Result<> insertJob(Connection& connection, const Job& job, const std::string& doc);
/// As LedgerStore::append.
Result<bool> appendLine(Connection& connection, const UsageLog& line);

}  // namespace atelier::sqlite
