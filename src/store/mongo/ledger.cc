#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {

using mongo::Connection;
using mongo::of;

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

}  // namespace atelier
