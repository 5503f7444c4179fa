#include "store/sqlite_db/readers.h"

#include <thread>

#include "store/sqlite_db/database.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace atelier::sqlite {
namespace {

class ReadersTest : public testing::Test {
  protected:
    ReadersTest() {
        writer_.execute("PRAGMA journal_mode=WAL; CREATE TABLE numbers(value INTEGER) STRICT");
    }
    void insert() { writer_.execute("INSERT INTO numbers VALUES(1)"); }
    static std::int64_t count(Readers::Reader& reader) {
        auto row = reader.connection.query("SELECT count(*) FROM numbers");
        row.next();
        return row.get<std::int64_t>(0);
    }
    std::int64_t countOnce() {
        auto reader = readers_.borrow();
        const auto found = count(*reader);
        readers_.giveBack(std::move(reader));
        return found;
    }
    /// Frames that are in the log and not in the main file after a checkpoint.
    int framesKeptByReaders() {
        auto row = writer_.query("PRAGMA wal_checkpoint(PASSIVE)");
        row.next();
        return static_cast<int>(row.get<std::int64_t>(1) - row.get<std::int64_t>(2));
    }

    test::TempDir dir_;
    std::filesystem::path file_ = dir_.path() / "numbers.db";
    Connection writer_{file_, Connection::Mode::ReadWrite};
    Readers readers_{file_};
};

TEST_F(ReadersTest, AReadSeesEveryChangeTold) {
    for (int i = 1; i <= 100; ++i) {
        insert();
        readers_.changed();
        ASSERT_EQ(countOnce(), i);
    }
}

TEST_F(ReadersTest, OneConnectionServesOneReadAfterAnother) {
    auto first = readers_.borrow();
    const auto* connection = first.get();
    readers_.giveBack(std::move(first));
    EXPECT_EQ(readers_.borrow().get(), connection);
}

TEST_F(ReadersTest, AReaderThatIsLentKeepsItsSnapshot) {
    insert();
    readers_.changed();
    auto reader = readers_.borrow();
    EXPECT_EQ(count(*reader), 1);
    insert();
    readers_.changed();
    EXPECT_EQ(count(*reader), 1);
    readers_.giveBack(std::move(reader));
    EXPECT_EQ(countOnce(), 2);
}

TEST_F(ReadersTest, ChangesOfAnotherProcessAreSeenSoon) {
    EXPECT_EQ(countOnce(), 0);
    insert();  // and nobody tells
    const auto end = Readers::Clock::now() + std::chrono::seconds{30};
    while (countOnce() == 0 && Readers::Clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(countOnce(), 1);
}

TEST_F(ReadersTest, NoIdleSnapshotHoldsTheLogBack) {
    EXPECT_EQ(countOnce(), 0);
    auto lent = readers_.borrow();
    EXPECT_EQ(count(*lent), 0);
    insert();
    readers_.changed();
    EXPECT_GT(framesKeptByReaders(), 0) << "the lent one still needs the file as it was";
    readers_.giveBack(std::move(lent));
    EXPECT_EQ(framesKeptByReaders(), 0);
}

TEST_F(ReadersTest, AnIdleServiceLetsTheLogBeTruncated) {
    const auto database = Database::open(dir_.path()).value();
    Connection other{dir_.path() / "atelier.db", Connection::Mode::ReadWrite};
    other.execute("CREATE TABLE numbers(value INTEGER) STRICT");
    auto read = [](Connection& connection) -> Result<std::int64_t> {
        auto row = connection.query("SELECT count(*) FROM numbers");
        row.next();
        return row.get<std::int64_t>(0);
    };
    ASSERT_THAT(database->readNow(read), test::isOkAnd(testing::Eq(0)));
    auto row = other.query("PRAGMA wal_checkpoint(TRUNCATE)");  // waits, up to its busy timeout
    row.next();
    EXPECT_EQ(row.get<std::int64_t>(0), 0) << "busy";
}

TEST_F(ReadersTest, AReaderThatFailedIsReplaced) {
    const auto database = Database::open(dir_.path()).value();
    auto broken = [](Connection& connection) -> Result<std::int64_t> {
        return connection.query("SELECT 1 FROM nothing").run();
    };
    auto sound = [](Connection& connection) -> Result<std::int64_t> {
        auto row = connection.query("SELECT 7");
        row.next();
        return row.get<std::int64_t>(0);
    };
    EXPECT_THAT(database->readNow(broken), test::failsWith(ErrorCode::Internal));
    EXPECT_THAT(database->readNow(sound), test::isOkAnd(testing::Eq(7)));
}

}  // namespace
}  // namespace atelier::sqlite
