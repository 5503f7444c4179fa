#include "service/auth/audit_log.h"

#include <algorithm>
#include <charconv>

namespace atelier {
namespace {

/// Each failed try means that another line was written.
constexpr int kTries = 100;
constexpr int kAuditBatch = 500;
constexpr std::size_t kHashLength = 64;

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

Result<AuditHead> AuditHead::parse(std::string_view text) {
    const auto colon = std::min(text.find(':'), text.size());
    AuditHead head;
    const auto* const end = text.data() + colon;
    const auto [rest, error] = std::from_chars(text.data(), end, head.seq);
    head.hash = text.substr(std::min(colon + 1, text.size()));
    if (error != std::errc{} || rest != end || head.seq < 1 || head.hash.size() != kHashLength)
        return failure(ErrorCode::ValidationFailed,
                       "expected SEQ:HASH as `audit verify` printed it");
    return head;
}

Task<Result<AuditVerdict>> AuditLog::verify(std::optional<AuditHead> expected) {
    AuditVerdict verdict;
    auto& head = verdict.head;
    verdict.has_expected = !expected;
    for (;;) {
        const auto lines = co_await store_.scanAudit(head.seq + 1, kAuditBatch);
        if (!lines) co_return failure(lines.error());
        for (const auto& line : *lines) {
            const bool fits = line.seq == head.seq + 1 && line.previous_hash == head.hash &&
                              line.hash == auditHash(line);
            if (!fits) {
                verdict.first_bad = head.seq + 1;
                co_return verdict;
            }
            head = {line.seq, line.hash};
            if (expected && expected->seq == head.seq)
                verdict.has_expected = expected->hash == head.hash;
        }
        if (lines->size() < kAuditBatch) co_return verdict;
    }
}

}  // namespace atelier
