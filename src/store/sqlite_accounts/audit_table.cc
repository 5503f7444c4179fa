#include "store/sqlite_accounts/audit_table.h"

#include <charconv>
#include <limits>

#include "util/json.h"

namespace atelier::sqlite {
namespace {

/// All rows of `query`, whose first column is the entry.
Result<std::vector<AuditEntry>> readAll(Query query) {
    std::vector<AuditEntry> entries;
    while (query.next()) {
        auto entry = json::read<AuditEntry>(query.text(0));
        if (!entry) return failure(ErrorCode::Internal, "an audit line cannot be read", entry.error().message);
        entries.push_back(std::move(*entry));
    }
    return entries;
}

std::int64_t before(const PageRequest& page) {
    std::int64_t seq = std::numeric_limits<std::int64_t>::max();
    if (page.cursor) std::from_chars(page.cursor->data(), page.cursor->data() + page.cursor->size(), seq);
    return seq;
}

}  // namespace

Task<Result<>> AuditTable::appendAudit(AuditEntry entry) {
    return database_.write([seq = entry.seq, text = json::write(entry)](Connection& connection) -> Result<> {
        auto insert = connection.query("INSERT INTO audit VALUES(?,?) ON CONFLICT DO NOTHING", seq, text);
        if (insert.run() == 0) return failure(ErrorCode::Conflict, "another audit line was faster");
        return {};
    });
}

Task<Result<std::optional<AuditEntry>>> AuditTable::lastAudit() {
    return database_.read([](Connection& connection) -> Result<std::optional<AuditEntry>> {
        auto entries = readAll(connection.query("SELECT entry FROM audit ORDER BY seq DESC LIMIT 1"));
        if (!entries) return failure(std::move(entries.error()));
        if (entries->empty()) return std::nullopt;
        return std::move(entries->front());
    });
}

Task<Result<Page<AuditEntry>>> AuditTable::listAudit(PageRequest page) {
    return database_.read([page = std::move(page)](Connection& connection) -> Result<Page<AuditEntry>> {
        auto entries = readAll(connection.query("SELECT entry FROM audit WHERE seq<? ORDER BY seq DESC LIMIT ?",
                                                before(page), page.limit + 1));
        if (!entries) return failure(std::move(entries.error()));
        Page<AuditEntry> out;
        if (std::ssize(*entries) > page.limit) {
            entries->pop_back();
            out.next_cursor = fmt::format("{}", entries->back().seq);
        }
        out.items = std::move(*entries);
        return out;
    });
}

Task<Result<std::vector<AuditEntry>>> AuditTable::scanAudit(std::int64_t from_seq, int limit) {
    return database_.read([from_seq, limit](Connection& connection) -> Result<std::vector<AuditEntry>> {
        return readAll(connection.query("SELECT entry FROM audit WHERE seq>=? ORDER BY seq LIMIT ?", from_seq, limit));
    });
}

}  // namespace atelier::sqlite
