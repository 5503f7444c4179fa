#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {

using mongo::Connection;
using mongo::of;

Task<Result<>> MongoStore::appendAudit(AuditEntry entry) {
    return database_->run([entry = std::move(entry)](Connection& connection) -> Result<> {
        const auto added = mongo::insertEntity(connection, entry);
        if (!added) return failure(added.error());
        if (!*added) return failure(ErrorCode::Conflict, "this line of the audit log exists");
        return {};
    });
}

Task<Result<std::optional<AuditEntry>>> MongoStore::lastAudit() {
    return database_->run([](Connection& connection) -> Result<std::optional<AuditEntry>> {
        auto last = mongo::listEntities<AuditEntry>(connection, {}, of("_id", -1), 1);
        if (!last) return failure(std::move(last.error()));
        if (last->empty()) return std::nullopt;
        return std::move(last->front());
    });
}

Task<Result<Page<AuditEntry>>> MongoStore::listAudit(AuditFilter filter, PageRequest page) {
    return database_->run([filter = std::move(filter), page = std::move(page)](
                              Connection& connection) -> Result<Page<AuditEntry>> {
        const auto before = numberCursorOf(page);
        if (!before) return failure(before.error());
        auto wanted = of("_id", of("$lt", *before));
        mongo::addFilter(wanted, "actor", filter.actor);
        mongo::addFilter(wanted, "action", filter.action);
        mongo::addFilter(wanted, "subject", filter.subject);
        auto lines =
            mongo::listEntities<AuditEntry>(connection, wanted, of("_id", -1), rowsFor(page));
        if (!lines) return failure(std::move(lines.error()));
        return toPage(std::move(*lines), page,
                      [](const AuditEntry& line) { return std::to_string(line.seq); });
    });
}

Task<Result<std::vector<AuditEntry>>> MongoStore::scanAudit(std::int64_t from_seq, int limit) {
    return database_->run([from_seq, limit](Connection& connection) {
        return mongo::listEntities<AuditEntry>(connection, of("_id", of("$gte", from_seq)),
                                               of("_id", 1), limit);
    });
}

}  // namespace atelier
