#pragma once

#include <optional>
#include <string>
#include <string_view>

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

/// A line as it was once the last one. Noted where whoever can change the log cannot, it proves
/// later that all up to it is as it was, and that none of that was cut off.
struct AuditHead {
    std::int64_t seq = 0;
    std::string hash;

    /// `SEQ:HASH`. Errors: ValidationFailed.
    static Result<AuditHead> parse(std::string_view text);
    std::string text() const { return std::to_string(seq) + ":" + hash; }
};

/// What `verify` found.
struct AuditVerdict {
    AuditHead head;  ///< seq 0: there are no lines
    /// Seq of the first line that does not fit; absent: all fit.
    std::optional<std::int64_t> first_bad;
    bool has_expected = true;  ///< the expected line is there, if one was given
};

/// Writes and proves the hash-chained audit log. Thread-safe, also between processes.
class AuditLog {
  public:
    AuditLog(AuditStore& store, const Clock& clock) : store_{store}, clock_{clock} {}

    /// Errors: NotReady (the store, or too many writers at a time).
    Task<Result<>> record(AuditEvent event);

    /// Reads the whole log and checks every link. The links alone do not tell that lines were cut
    /// off at the end, or that all of them were made anew: for that, `expected` must be there.
    Task<Result<AuditVerdict>> verify(std::optional<AuditHead> expected = std::nullopt);

    Task<Result<Page<AuditEntry>>> list(AuditFilter filter, PageRequest page) {
        return store_.listAudit(std::move(filter), std::move(page));
    }

  private:
    AuditStore& store_;
    const Clock& clock_;
};

}  // namespace atelier
