#include "store/sqlite/changes.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kAppend = "INSERT INTO usage_logs VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr auto kListLedger =
    "SELECT doc FROM usage_logs WHERE user_id=?1 AND id<?2 AND (?3 IS NULL OR action=?3) AND (?4 "
    "IS NULL OR kind=?4)"
    " ORDER BY id DESC LIMIT ?5";
#define FILED_COLUMNS "doc,id,user_id,action,kind,credits_used,job_id"
constexpr auto kJobLines = "SELECT " FILED_COLUMNS
                           " FROM usage_logs WHERE job_id IS NOT NULL AND job_id<? ORDER BY job_id "
                           "DESC LIMIT ?";
constexpr auto kGrantLines = "SELECT " FILED_COLUMNS
                             " FROM usage_logs WHERE job_id IS NULL AND id<? ORDER BY id DESC "
                             "LIMIT ?";
constexpr auto kLinesOf = "SELECT " FILED_COLUMNS " FROM usage_logs WHERE job_id=?";
#undef FILED_COLUMNS
constexpr auto kTotals =
    "SELECT kind, sum(credits_used) FROM usage_logs WHERE user_id=? GROUP BY kind";

Result<std::vector<FiledLine>> filedLines(sqlite::Query rows) {
    std::vector<FiledLine> lines;
    while (rows.next()) {
        auto line = sqlite::readDocument<UsageLog>(rows.text(0));
        if (!line) return failure(std::move(line.error()));
        auto filed = *line;
        filed.id = rows.get<UsageId>(1);
        filed.user_id = rows.get<UserId>(2);
        filed.action = fromName<UsageAction>(rows.text(3)).value_or(line->action);
        filed.kind = fromName<UsageKind>(rows.text(4)).value_or(line->kind);
        filed.credits_used = rows.get<Credits>(5);
        filed.job_id = rows.get<std::optional<JobId>>(6);
        lines.push_back({std::move(*line), std::move(filed)});
    }
    return lines;
}

}  // namespace

Result<bool> sqlite::appendLine(Connection& connection, const UsageLog& line) {
    return connection
               .query(kAppend, line.id, line.user_id, nameOf(line.action), nameOf(line.kind),
                      line.credits_used, line.job_id, json::write(line))
               .run() > 0;
}

Task<Result<bool>> SqliteStore::append(UsageLog line) {
    return database_->write([line = std::move(line)](Connection& connection) {
        return sqlite::appendLine(connection, line);
    });
}

Task<Result<Page<UsageLog>>> SqliteStore::listUsage(UserId user, LedgerFilter filter,
                                                    PageRequest page) {
    // The latest lines are at hand. A filter may look at all, an export asks for all.
    const bool at_hand = !page.cursor && !filter.action && !filter.kind;
    auto list = [user, filter,
                 page = std::move(page)](Connection& connection) -> Result<Page<UsageLog>> {
        const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
        if (!from) return failure(from.error());
        auto rows =
            connection.query(kListLedger, user, *from, filter.action.transform(nameOf<UsageAction>),
                             filter.kind.transform(nameOf<UsageKind>), sqlite::rowsFor(page));
        auto lines = sqlite::listDocuments<UsageLog>(rows);
        if (!lines) return failure(std::move(lines.error()));
        return sqlite::toPage(std::move(*lines), page);
    };
    return at_hand ? database_->read(std::move(list)) : database_->readAside(std::move(list));
}

Task<Result<LedgerTotals>> SqliteStore::totals(UserId user) {
    return database_->readAside([user](Connection& connection) -> Result<LedgerTotals> {
        LedgerTotals totals;
        auto rows = connection.query(kTotals, user);
        while (rows.next()) {
            const auto sum = rows.get<Credits>(1);
            switch (fromName<UsageKind>(rows.text(0)).value_or(UsageKind::Grant)) {
                case UsageKind::Grant:
                    totals.granted = sum;
                    break;
                case UsageKind::Hold:
                    totals.held = sum;
                    break;
                case UsageKind::Settle:
                    totals.settled = sum;
                    break;
                case UsageKind::Release:
                    totals.released = sum;
                    break;
            }
        }
        return totals;
    });
}

Task<Result<Page<FiledLine>>> SqliteStore::listJobLines(PageRequest page) {
    return database_->readAside(
        [page = std::move(page)](Connection& connection) -> Result<Page<FiledLine>> {
            const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
            if (!from) return failure(from.error());
            auto lines = filedLines(connection.query(kJobLines, *from, linesFor(page)));
            if (!lines) return failure(std::move(lines.error()));
            return toJobPage(std::move(*lines), page);
        });
}

Task<Result<Page<FiledLine>>> SqliteStore::listGrantLines(PageRequest page) {
    return database_->readAside(
        [page = std::move(page)](Connection& connection) -> Result<Page<FiledLine>> {
            const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
            if (!from) return failure(from.error());
            auto lines = filedLines(connection.query(kGrantLines, *from, sqlite::rowsFor(page)));
            if (!lines) return failure(std::move(lines.error()));
            return toPage(std::move(*lines), page,
                          [](const FiledLine& line) { return line.filed.id.str(); });
        });
}

Task<Result<std::vector<FiledLine>>> SqliteStore::linesOf(JobId job) {
    return database_->read(
        [job](Connection& connection) { return filedLines(connection.query(kLinesOf, job)); });
}

}  // namespace atelier
