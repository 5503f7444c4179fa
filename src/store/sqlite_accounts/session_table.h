#pragma once

#include "ports/session_store.h"
#include "store/sqlite_db/database.h"

namespace atelier::sqlite {

/// Sessions in the SQLite file; `migrateAccounts` comes first.
class SessionTable final : public SessionStore {
  public:
    explicit SessionTable(Database& database) : database_{database} {}

    Task<Result<>> insertSession(LoginSession session) override;
    Task<Result<std::optional<LoginSession>>> findSession(SessionId id) override;
    Task<Result<bool>> replaceSession(LoginSession session, std::string expected_hash) override;
    Task<Result<bool>> removeSession(SessionId id) override;
    Task<Result<int>> removeSessions(UserId user) override;
    Task<Result<int>> removeExpiredSessions(Instant before, int limit) override;

  private:
    Database& database_;
};

}  // namespace atelier::sqlite
