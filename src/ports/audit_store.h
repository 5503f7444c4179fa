#pragma once

#include <optional>
#include <vector>

#include "domain/audit.h"
#include "domain/error.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

struct AuditFilter {
    std::optional<UserId> actor;
    std::optional<std::string> action;
    std::optional<std::string> subject;
};

/// The append-only audit log. Thread-safe. Durable when a task completes. All methods may fail with
/// NotReady.
class AuditStore {
  public:
    virtual ~AuditStore() = default;

    /// Errors: Conflict (a line with that seq exists: someone was faster).
    virtual Task<Result<>> appendAudit(AuditEntry entry) = 0;
    /// The line with the highest seq; empty when there is none yet.
    virtual Task<Result<std::optional<AuditEntry>>> lastAudit() = 0;
    /// Newest first; the cursor is the seq of the last line of a page.
    virtual Task<Result<Page<AuditEntry>>> listAudit(AuditFilter filter, PageRequest page) = 0;
    /// Lines from `from_seq` on, oldest first, at most `limit`.
    virtual Task<Result<std::vector<AuditEntry>>> scanAudit(std::int64_t from_seq, int limit) = 0;
};

}  // namespace atelier
