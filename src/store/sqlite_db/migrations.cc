#include "store/sqlite_db/migrations.h"

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

namespace atelier::sqlite {
namespace {

constexpr std::string_view kVersionTable =
    "CREATE TABLE IF NOT EXISTS schema_versions(component TEXT PRIMARY KEY, version INTEGER NOT "
    "NULL) STRICT";

std::int64_t currentVersion(Connection& connection, std::string_view component) {
    auto row = connection.query("SELECT version FROM schema_versions WHERE component=?", component);
    return row.next() ? row.get<std::int64_t>(0) : 0;
}

/// Another process may migrate the same file at the same time: the version is read under the write
/// lock. True when there was a step to do.
bool step(Connection& connection, std::string_view component, Migrations migrations) {
    const auto version = currentVersion(connection, component);
    if (version >= std::ssize(migrations)) return false;
    connection.execute(std::string{migrations[static_cast<std::size_t>(version)]});
    connection
        .query(
            "INSERT INTO schema_versions VALUES(?,?) ON CONFLICT DO UPDATE SET "
            "version=excluded.version",
            component, version + 1)
        .run();
    return true;
}

}  // namespace

Result<> migrate(Connection& connection, std::string_view component, Migrations migrations) {
    try {
        connection.execute(std::string{kVersionTable});
        const auto version = currentVersion(connection, component);
        if (version > std::ssize(migrations)) {
            return failure(
                ErrorCode::NotReady,
                fmt::format("the database was written by a newer Atelier (its {} schema is version "
                            "{}, this "
                            "program knows up to {}); run that version, or restore a backup",
                            component, version, migrations.size()));
        }
        for (bool more = version < std::ssize(migrations); more;) {
            SQLite::Transaction transaction{connection.database(),
                                            SQLite::TransactionBehavior::IMMEDIATE};
            more = step(connection, component, migrations);
            transaction.commit();
        }
        return {};
    } catch (const SQLite::Exception& exception) {
        return failure(toError(exception));
    }
}

}  // namespace atelier::sqlite
