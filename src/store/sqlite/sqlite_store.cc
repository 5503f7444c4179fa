#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/migrations.h"

namespace atelier {

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(std::shared_ptr<sqlite::Database> database) {
    auto migrated = database->migrate("store", sqlite::storeMigrations());
    if (!migrated) return failure(std::move(migrated.error()));
    return std::unique_ptr<SqliteStore>{new SqliteStore{std::move(database)}};
}

Task<Result<>> SqliteStore::ping() {
    return database_->read([](sqlite::Connection& connection) -> Result<> {
        auto row = connection.query("SELECT version FROM schema_versions WHERE component='store'");
        if (!row.next()) return failure(ErrorCode::NotReady, "the database has lost its tables");
        return {};
    });
}

}  // namespace atelier
