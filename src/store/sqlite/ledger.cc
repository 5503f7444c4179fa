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
constexpr auto kTotals =
    "SELECT kind, sum(credits_used) FROM usage_logs WHERE user_id=? GROUP BY kind";

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
        auto rows = connection.query(kListLedger, user, *from,
                                     filter.action.transform(nameOf<UsageAction>),
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

}  // namespace atelier
