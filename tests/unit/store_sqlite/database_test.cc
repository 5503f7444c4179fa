#include "store/sqlite_db/database.h"

#include <array>
#include <atomic>
#include <fstream>
#include <semaphore>
#include <thread>

#include "queue/local/local_queue.h"
#include "store/sqlite/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace atelier::sqlite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array<std::string_view, 2> kMigrations{
    "CREATE TABLE numbers(value INTEGER PRIMARY KEY) STRICT",
    "ALTER TABLE numbers ADD COLUMN note TEXT"};

class DatabaseTest : public testing::Test {
  protected:
    std::unique_ptr<Database> opened(std::size_t max_pending = 1'000) {
        auto database = Database::open(dir_.path(), max_pending).value();
        EXPECT_THAT(database->migrate("test", kMigrations), test::isOk());
        return database;
    }
    static Task<Result<>> insert(Database& database, int value) {
        return database.write([value](Connection& connection) -> Result<> {
            connection.query("INSERT INTO numbers(value) VALUES(?)", value).run();
            return {};
        });
    }
    static std::vector<std::int64_t> numbers(Database& database) {
        auto list = [](Connection& connection) -> Result<std::vector<std::int64_t>> {
            std::vector<std::int64_t> values;
            auto rows = connection.query("SELECT value FROM numbers ORDER BY value");
            while (rows.next()) values.push_back(rows.get<std::int64_t>(0));
            return values;
        };
        return database.readNow(list).value();
    }
    test::TempDir dir_;
};

TEST_F(DatabaseTest, ReadsSeeWhatWasWritten) {
    const auto database = opened();
    EXPECT_THAT(test::runTask(insert(*database, 1)), test::isOk());
    EXPECT_THAT(numbers(*database), ElementsAre(1));
}

TEST_F(DatabaseTest, AFailedChangeIsUndoneAloneInItsTransaction) {
    const auto database = opened();
    std::binary_semaphore entered{0}, go{0};
    auto block = [&](Connection&) -> Result<> {
        entered.release();
        go.acquire();
        return {};
    };
    auto blocker = test::start(database->write(block));
    entered.acquire();  // from here on the changes queue up for one transaction
    auto first = test::start(insert(*database, 1));
    auto half_done = test::start(database->write([](Connection& connection) -> Result<> {
        connection.query("INSERT INTO numbers(value) VALUES(2)").run();
        return failure(ErrorCode::InsufficientCredits, "changed its mind");
    }));
    auto duplicate = test::start(insert(*database, 1));
    auto last = test::start(insert(*database, 3));
    go.release();
    EXPECT_THAT(blocker.get(), test::isOk());
    EXPECT_THAT(first.get(), test::isOk());
    EXPECT_THAT(half_done.get(), test::failsWith(ErrorCode::InsufficientCredits));
    EXPECT_THAT(duplicate.get(), test::failsWith(ErrorCode::Conflict));
    EXPECT_THAT(last.get(), test::isOk());
    EXPECT_THAT(numbers(*database), ElementsAre(1, 3));
}

TEST_F(DatabaseTest, ALongReadLeavesItsCallerAndOtherReadsAlone) {
    const auto database = opened();
    ASSERT_THAT(test::runTask(insert(*database, 1)), test::isOk());
    std::binary_semaphore entered{0}, go{0};
    const auto caller = std::this_thread::get_id();
    auto look = [&](Connection& connection) -> Result<std::int64_t> {
        EXPECT_NE(std::this_thread::get_id(), caller);
        connection.query("SELECT 1 FROM numbers").next();
        entered.release();
        go.acquire();
        auto row = connection.query("SELECT count(*) FROM numbers");
        return row.next() ? row.get<std::int64_t>(0) : -1;
    };
    auto looking = test::start(database->readAside(look));
    entered.acquire();
    EXPECT_THAT(test::runTask(insert(*database, 2)), test::isOk());
    EXPECT_THAT(numbers(*database), ElementsAre(1, 2));
    go.release();
    // In the snapshot that it began with.
    EXPECT_EQ(looking.get().value(), 1);
}

TEST_F(DatabaseTest, WhatALongReadThrowsIsItsFailure) {
    const auto database = opened();
    auto look = [](Connection& connection) -> Result<> {
        connection.query("SELECT value FROM nowhere").next();
        return {};
    };
    EXPECT_FALSE(test::runTask(database->readAside(look)).has_value());
}

TEST_F(DatabaseTest, TooManyWaitingChangesAreTurnedAway) {
    const auto database = opened(2);
    std::binary_semaphore entered{0}, go{0};
    auto block = [&](Connection&) -> Result<> {
        entered.release();
        go.acquire();
        return {};
    };
    auto blocker = test::start(database->write(block));
    entered.acquire();
    auto first = test::start(insert(*database, 1));
    auto second = test::start(insert(*database, 2));
    EXPECT_THAT(test::runTask(insert(*database, 3)), test::failsWith(ErrorCode::NotReady));
    go.release();
    EXPECT_THAT(first.get(), test::isOk());
    EXPECT_THAT(second.get(), test::isOk());
    EXPECT_THAT(numbers(*database), ElementsAre(1, 2));
}

TEST_F(DatabaseTest, ClosingFinishesWhatWasAccepted) {
    auto database = opened();
    std::vector<std::future<Result<>>> writes;
    for (int i = 1; i <= 3; ++i) writes.push_back(test::start(insert(*database, i)));
    database.reset();
    for (auto& write : writes) EXPECT_THAT(write.get(), test::isOk());
    EXPECT_THAT(numbers(*opened()), ElementsAre(1, 2, 3));
}

TEST_F(DatabaseTest, MigrationsContinueWhereTheyStopped) {
    {
        const auto database = Database::open(dir_.path()).value();
        EXPECT_THAT(database->migrate("test", Migrations{kMigrations}.first(1)), test::isOk());
        EXPECT_THAT(test::runTask(insert(*database, 7)), test::isOk());
    }
    const auto database = opened();
    auto read = [](Connection& connection) -> Result<std::int64_t> {
        auto row = connection.query("SELECT count(*) FROM numbers WHERE note IS NULL");
        row.next();
        return row.get<std::int64_t>(0);
    };
    EXPECT_THAT(database->readNow(read), test::isOkAnd(testing::Eq(1)));
}

TEST_F(DatabaseTest, AFailedMigrationLeavesTheVersionBefore) {
    const std::array<std::string_view, 2> broken{kMigrations[0],
                                                 "CREATE TABLE half(a INTEGER) STRICT; NONSENSE"};
    const auto database = Database::open(dir_.path()).value();
    EXPECT_THAT(database->migrate("test", broken), test::failsWith(ErrorCode::Internal));
    EXPECT_THAT(database->migrate("test", kMigrations), test::isOk());
    auto read = [](Connection& connection) -> Result<std::int64_t> {
        auto row = connection.query("SELECT count(*) FROM sqlite_schema WHERE name='half'");
        row.next();
        return row.get<std::int64_t>(0);
    };
    EXPECT_THAT(database->readNow(read), test::isOkAnd(testing::Eq(0)));
}

TEST_F(DatabaseTest, RefusesAFileOfANewerProgram) {
    opened();
    const auto database = Database::open(dir_.path()).value();
    const auto refused = database->migrate("test", Migrations{kMigrations}.first(1));
    ASSERT_THAT(refused, test::failsWith(ErrorCode::NotReady));
    EXPECT_THAT(refused.error().detail, HasSubstr("newer Atelier"));
}

TEST_F(DatabaseTest, RefusesAFileThatIsNoDatabase) {
    std::ofstream{dir_.path() / "atelier.db"} << std::string(8'192, 'x');
    const auto opened = Database::open(dir_.path());
    ASSERT_THAT(opened, test::failsWith(ErrorCode::NotReady));
    EXPECT_THAT(opened.error().detail, HasSubstr("atelier.db"));
}

TEST_F(DatabaseTest, RefusesAFolderThatCannotBe) {
    std::ofstream{dir_.path() / "file"} << "in the way";
    const auto opened = Database::open(dir_.path() / "file" / "data");
    ASSERT_THAT(opened, test::failsWith(ErrorCode::NotReady));
    EXPECT_THAT(opened.error().detail, HasSubstr("file/data"));
}

TEST_F(DatabaseTest, OneProcessAtATimeWorksOnTheQueue) {
    test::FakeClock clock;
    const std::shared_ptr<Database> database = Database::open(dir_.path()).value();
    auto first = LocalQueue::open(database, clock);
    ASSERT_THAT(first, test::isOk());
    EXPECT_THAT(LocalQueue::open(database, clock), test::failsWith(ErrorCode::NotReady));
    first->reset();
    EXPECT_THAT(LocalQueue::open(database, clock), test::isOk());
}

TEST_F(DatabaseTest, StoreAndQueueShareTheFile) {
    test::FakeClock clock;
    const std::shared_ptr<Database> database = Database::open(dir_.path()).value();
    const auto store = SqliteStore::open(database);
    const auto queue = LocalQueue::open(database, clock);
    ASSERT_THAT(store, test::isOk());
    ASSERT_THAT(queue, test::isOk());
    EXPECT_THAT(test::runTask((*store)->ping()), test::isOk());
}

}  // namespace
}  // namespace atelier::sqlite
