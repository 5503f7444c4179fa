#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {

using mongo::Connection;
using mongo::of;

namespace {

constexpr std::size_t kIdLength = 36;

/// `once` is `<job>:<kind>`, or a grant's own id.
FiledLine filedLine(UsageLog line, const std::string& once) {
    FiledLine out{line, std::move(line)};
    if (!out.line.job_id || once.size() <= kIdLength) return out;
    out.filed.job_id = JobId::parse(once.substr(0, kIdLength)).value_or(*out.line.job_id);
    out.filed.kind = fromName<UsageKind>(once.substr(kIdLength + 1)).value_or(out.line.kind);
    return out;
}

Result<std::vector<FiledLine>> filedLines(Connection& connection, const mongo::Document& filter,
                                          const mongo::Document& sort, int limit) {
    const auto found = mongo::findDocuments<UsageLog>(connection, filter, sort, limit);
    if (!found) return failure(found.error());
    std::vector<FiledLine> lines;
    for (const auto& document : *found) {
        auto line = mongo::fromDocument<UsageLog>(document);
        if (!line) return failure(std::move(line.error()));
        lines.push_back(filedLine(std::move(*line), mongo::textAt(document, "once")));
    }
    return lines;
}

}  // namespace

Task<Result<bool>> MongoStore::append(UsageLog line) {
    return database_->run([line = std::move(line)](Connection& connection) {
        return mongo::insertEntity(connection, line);
    });
}

Task<Result<Page<UsageLog>>> MongoStore::listUsage(UserId user, LedgerFilter filter,
                                                   PageRequest page) {
    return database_->run([user, filter, page = std::move(page)](Connection& connection) {
        auto wanted = of("userId", user);
        mongo::addFilter(wanted, "action", filter.action);
        mongo::addFilter(wanted, "kind", filter.kind);
        return mongo::pageOf<UsageLog>(connection, std::move(wanted), page);
    });
}

Task<Result<LedgerTotals>> MongoStore::totals(UserId user) {
    return database_->run([user](Connection& connection) -> Result<LedgerTotals> {
        const auto sums = connection.sums("usageLogs", of("userId", user), "kind", "creditsUsed");
        if (!sums) return failure(sums.error());
        LedgerTotals totals;
        for (const auto& [kind, sum] : *sums) {
            if (kind == nameOf(UsageKind::Grant)) totals.granted = sum;
            if (kind == nameOf(UsageKind::Hold)) totals.held = sum;
            if (kind == nameOf(UsageKind::Settle)) totals.settled = sum;
            if (kind == nameOf(UsageKind::Release)) totals.released = sum;
        }
        return totals;
    });
}

Task<Result<Page<FiledLine>>> MongoStore::listJobLines(PageRequest page) {
    return database_->run(
        [page = std::move(page)](Connection& connection) -> Result<Page<FiledLine>> {
            const auto from = cursorOf(page, pastLastId());
            if (!from) return failure(from.error());
            const auto below = of("once", of("$lt", from->str()), "jobId", of("$exists", true));
            auto lines = filedLines(connection, below, of("once", -1), linesFor(page));
            if (!lines) return failure(std::move(lines.error()));
            return toJobPage(std::move(*lines), page);
        });
}

Task<Result<Page<FiledLine>>> MongoStore::listGrantLines(PageRequest page) {
    return database_->run(
        [page = std::move(page)](Connection& connection) -> Result<Page<FiledLine>> {
            const auto from = cursorOf(page, pastLastId());
            if (!from) return failure(from.error());
            const auto below = of("_id", of("$lt", from->str()), "jobId", of("$exists", false));
            auto lines = filedLines(connection, below, of("_id", -1), rowsFor(page));
            if (!lines) return failure(std::move(lines.error()));
            return toPage(std::move(*lines), page,
                          [](const FiledLine& line) { return line.filed.id.str(); });
        });
}

Task<Result<std::vector<FiledLine>>> MongoStore::linesOf(JobId job) {
    return database_->run([job](Connection& connection) {
        // `;` follows `:`.
        const auto own = of("once", of("$gt", job.str() + ":", "$lt", job.str() + ";"));
        return filedLines(connection, own, of("once", 1), 4);
    });
}

}  // namespace atelier
