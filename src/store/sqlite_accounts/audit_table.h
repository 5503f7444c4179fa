#pragma once

#include "ports/audit_store.h"
#include "store/sqlite_db/database.h"

namespace atelier::sqlite {

/// The audit log in the SQLite file; `migrateAccounts` comes first.
class AuditTable final : public AuditStore {
  public:
    explicit AuditTable(Database& database) : database_{database} {}

    Task<Result<>> appendAudit(AuditEntry entry) override;
    Task<Result<std::optional<AuditEntry>>> lastAudit() override;
    Task<Result<Page<AuditEntry>>> listAudit(PageRequest page) override;
    Task<Result<std::vector<AuditEntry>>> scanAudit(std::int64_t from_seq, int limit) override;

  private:
    Database& database_;
};

}  // namespace atelier::sqlite
