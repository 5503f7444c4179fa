#pragma once

#include "store/sqlite_db/database.h"

namespace atelier::sqlite {

/// Makes or updates the tables of sessions, API keys and audit lines. Once per file, before they are used.
/// Errors: NotReady.
Result<> migrateAccounts(Database& database);

}  // namespace atelier::sqlite
