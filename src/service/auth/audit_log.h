#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "ports/audit_store.h"
#include "util/clock.h"

namespace atelier {

/// What was done, as `AuditLog::record` takes it; see `AuditEntry`.
struct AuditEvent {
    std::optional<UserId> actor;
    std::string action;
    std::string subject;
    boost::json::object details;
    std::string request_id;
};

/// What `verify` found.
struct AuditVerdict {
    std::int64_t entries = 0;
    /// Seq of the first line that does not fit; absent: all fit.
    std::optional<std::int64_t> first_bad;
    /// Noted elsewhere, it also proves that no lines were cut off at the end.
    std::string last_hash;
};

/// Writes and proves the hash-chained audit log. Thread-safe, also between processes.
class AuditLog {
  public:
    AuditLog(AuditStore& store, const Clock& clock) : store_{store}, clock_{clock} {}

    /// Errors: NotReady (the store, or too many writers at a time).
    Task<Result<>> record(AuditEvent event);

    /// Reads the whole log and checks every link.
    Task<Result<AuditVerdict>> verify();

    Task<Result<Page<AuditEntry>>> list(AuditFilter filter, PageRequest page) {
        return store_.listAudit(std::move(filter), std::move(page));
    }

  private:
    AuditStore& store_;
    const Clock& clock_;
};

}  // namespace atelier
