#include "store/sqlite_db/database.h"

#include <system_error>

#include <fmt/format.h>
#include <sqlite3.h>

namespace atelier::sqlite {
namespace {

constexpr auto kFileName = "atelier.db";
constexpr std::size_t kLongReads = 2;
constexpr std::size_t kLongReadsWaiting = 256;

/// Statistics of memory would take one lock at every allocation of every connection. Works before
/// the first connection of the process only, and does not matter after.
void switchMemoryStatisticsOff() {
    static const int kDone = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(kDone);
}

}  // namespace

Database::Database(std::filesystem::path folder, std::size_t max_pending_writes)
    : folder_{std::move(folder)},
      readers_{folder_ / kFileName},
      writer_{folder_ / kFileName, max_pending_writes, [this] { readers_.changed(); }},
      aside_{"sqlite-aside", kLongReads, kLongReadsWaiting, WorkerPool::Priority::LeavesOne} {}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& data_dir,
                                                 std::size_t max_pending_writes) {
    std::error_code code;
    std::filesystem::create_directories(data_dir, code);
    if (code) {
        return failure(ErrorCode::NotReady,
                       fmt::format("the data folder {} cannot be made", data_dir.string()),
                       code.message());
    }
    switchMemoryStatisticsOff();
    try {
        return std::unique_ptr<Database>{new Database{data_dir, max_pending_writes}};
    } catch (const SQLite::Exception& exception) {
        auto error = toError(exception);
        error.detail += fmt::format(" ({})", (data_dir / kFileName).string());
        return failure(std::move(error));
    }
}

Result<> Database::migrate(std::string_view component, Migrations migrations) {
    try {
        // A connection of its own: the writer's may be at work for another component.
        Connection connection{folder_ / kFileName, Connection::Mode::ReadWrite};
        auto migrated = sqlite::migrate(connection, component, migrations);
        readers_.changed();
        return migrated;
    } catch (const SQLite::Exception& exception) {
        return failure(toError(exception));
    }
}

}  // namespace atelier::sqlite
