#include "service/auth/audit_log.h"

namespace atelier {
namespace {

/// Each failed try means that another line was written.
constexpr int kTries = 100;
constexpr int kAuditBatch = 500;

}  // namespace

Task<Result<>> AuditLog::record(AuditEvent event) {
    for (int i = 0; i < kTries; ++i) {
        auto last = co_await store_.lastAudit();
        if (!last) co_return failure(last.error());
        AuditEntry entry;
        entry.seq = *last ? (*last)->seq + 1 : 1;
        entry.actor = event.actor;
        entry.action = event.action;
        entry.subject = event.subject;
        entry.details = event.details;
        entry.request_id = event.request_id;
        entry.at = clock_.now();
        entry.previous_hash = *last ? (*last)->hash : "";
        entry.hash = auditHash(entry);
        const auto appended = co_await store_.appendAudit(std::move(entry));
        if (appended) co_return Result<>{};
        if (appended.error().code != ErrorCode::Conflict) co_return failure(appended.error());
    }
    co_return failure(ErrorCode::NotReady, "the audit log is busy; try again shortly");
}

Task<Result<AuditVerdict>> AuditLog::verify() {
    AuditVerdict verdict;
    for (;;) {
        const auto lines = co_await store_.scanAudit(verdict.entries + 1, kAuditBatch);
        if (!lines) co_return failure(lines.error());
        for (const auto& line : *lines) {
            const bool fits = line.seq == verdict.entries + 1 &&
                              line.previous_hash == verdict.last_hash &&
                              line.hash == auditHash(line);
            if (!fits) {
                verdict.first_bad = verdict.entries + 1;
                co_return verdict;
            }
            ++verdict.entries;
            verdict.last_hash = line.hash;
        }
        if (lines->size() < kAuditBatch) co_return verdict;
    }
}

}  // namespace atelier
