#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {
using sqlite::Connection;

constexpr auto kListAudit =
    "SELECT doc FROM audit_logs WHERE seq<?1 AND (?2 IS NULL OR doc->>'actor'=?2) AND (?3 IS NULL "
    "OR doc->>'action'=?3) AND (?4 IS NULL OR doc->>'subject'=?4) ORDER BY seq DESC LIMIT ?5";

}  // namespace

Task<Result<>> SqliteStore::appendAudit(AuditEntry entry) {
    return database_->write([seq = entry.seq,
                             doc = json::write(entry)](Connection& connection) -> Result<> {
        if (connection.query("INSERT INTO audit_logs VALUES(?,?) ON CONFLICT DO NOTHING", seq, doc)
                .run() == 0)
            return failure(ErrorCode::Conflict, "this line of the audit log exists");
        return {};
    });
}

Task<Result<std::optional<AuditEntry>>> SqliteStore::lastAudit() {
    return database_->read([](Connection& connection) {
        auto row = connection.query("SELECT doc FROM audit_logs ORDER BY seq DESC LIMIT 1");
        return sqlite::findDocument<AuditEntry>(row);
    });
}

Task<Result<Page<AuditEntry>>> SqliteStore::listAudit(AuditFilter filter, PageRequest page) {
    return database_->readAside([filter = std::move(filter), page = std::move(page)](
                                    Connection& connection) -> Result<Page<AuditEntry>> {
        const auto from = sqlite::numberCursorOf(page);
        if (!from) return failure(from.error());
        const auto actor = filter.actor.transform([](UserId id) { return id.str(); });
        auto rows = connection.query(kListAudit, *from, actor, filter.action, filter.subject,
                                     sqlite::rowsFor(page));
        auto lines = sqlite::listDocuments<AuditEntry>(rows);
        if (!lines) return failure(std::move(lines.error()));
        return sqlite::toPage(std::move(*lines), page,
                              [](const AuditEntry& line) { return std::to_string(line.seq); });
    });
}

Task<Result<std::vector<AuditEntry>>> SqliteStore::scanAudit(std::int64_t from_seq, int limit) {
    return database_->read([from_seq, limit](Connection& connection) {
        auto rows = connection.query("SELECT doc FROM audit_logs WHERE seq>=? ORDER BY seq LIMIT ?",
                                     from_seq, limit);
        return sqlite::listDocuments<AuditEntry>(rows);
    });
}

}  // namespace atelier
