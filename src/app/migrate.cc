#include "app/migrate.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "queue/local/local_queue.h"
#include "service/store_copy.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_store.h"
#include "util/system_clock.h"

namespace atelier {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr auto kDatabaseFile = "atelier.db";

/// One side of the copy.
struct Side {
    std::string name;  ///< without user and password
    std::unique_ptr<JobQueue> lock;
    std::unique_ptr<Store> store;
    CopyStore* copy = nullptr;  ///< the same store
};

template <class AnyStore>
void take(Side& side, std::unique_ptr<AnyStore> store) {
    side.copy = store.get();
    side.store = std::move(store);
}

/// The queue is opened because only one process at a time can.
Result<Side> openSqlite(const std::filesystem::path& folder, bool must_exist, Clock& clock) {
    if (must_exist && !std::filesystem::exists(folder / kDatabaseFile)) {
        return failure(ErrorCode::ValidationFailed,
                       fmt::format("there is no {} in {}", kDatabaseFile, folder.string()));
    }
    Side side;
    std::shared_ptr<sqlite::Database> database;
    if (auto opened = sqlite::Database::open(folder); opened) {
        database = std::move(*opened);
    } else {
        return failure(std::move(opened.error()));
    }
    auto queue = LocalQueue::open(database, clock);
    if (!queue) return failure(std::move(queue.error()));
    side.lock = std::move(*queue);
    auto store = SqliteStore::open(database);
    if (!store) return failure(std::move(store.error()));
    side.name = fmt::format("{}{}", kSqlite, std::filesystem::weakly_canonical(folder).string());
    take(side, std::move(*store));
    return side;
}

Result<Side> openMongo(const std::string& uri) {
    auto store = MongoStore::open(uri);
    if (!store) return failure(std::move(store.error()));
    Side side;
    side.name = (*store)->name();
    take(side, std::move(*store));
    return side;
}

Result<Side> openSide(std::string text, bool must_exist, Clock& clock) {
    if (text.starts_with(kSqlite))
        return openSqlite(text.substr(kSqlite.size()), must_exist, clock);
    if (text == "mongodb") {
        const char* uri = std::getenv("MONGODB_URI");
        if (uri == nullptr)
            return failure(ErrorCode::ValidationFailed, "mongodb: MONGODB_URI is not set");
        text = uri;
    }
    if (text.starts_with("mongodb://") || text.starts_with("mongodb+srv://"))
        return openMongo(text);
    // It is not repeated: there may be a password in it.
    return failure(
        ErrorCode::ValidationFailed,
        "--from and --to: expected sqlite:FOLDER, a MongoDB URI, or mongodb for the one in "
        "MONGODB_URI");
}

void progress(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

}  // namespace

Result<int> migrateStore(const MigrateFlags& flags) {
    SystemClock clock;
    auto source = openSide(flags.from, /*must_exist=*/true, clock);
    if (!source) return failure(std::move(source.error()));
    auto target = openSide(flags.to, /*must_exist=*/false, clock);
    if (!target) return failure(std::move(target.error()));
    if (source->name == target->name)
        return failure(ErrorCode::ValidationFailed, "--from and --to name the same store");
    progress(fmt::format("{} -> {}", source->name, target->name));
    StoreCopy copy{{*source->copy, *target->store, *target->copy, source->name, progress}};
    const auto done = drogon::sync_wait(copy.run());
    if (!done) return failure(done.error());
    progress("done: both hold the same");
    return 0;
}

}  // namespace atelier
