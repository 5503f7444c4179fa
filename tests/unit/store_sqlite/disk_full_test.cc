#include "blobs/disk/disk_blob_store.h"
#include "queue/local/local_queue.h"
#include "store/sqlite/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "support/small_disk.h"
#include "util/encoding.h"

namespace atelier::test {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pointee;

class DiskFullTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!disk_) GTEST_SKIP() << "needs the right to mount a tmpfs";
    }
    std::unique_ptr<SmallDisk> disk_ = SmallDisk::mount();
    FakeClock clock_{kNow};
    SeqIds ids_;
};

TEST_F(DiskFullTest, TheStoreSaysSoAndGoesOnWhenThereIsSpace) {
    const std::shared_ptr<sqlite::Database> database =
        sqlite::Database::open(disk_->path()).value();
    const auto store = SqliteStore::open(database).value();
    const auto user = someUser(ids_, 1'000);
    ASSERT_THAT(runTask(store->insertUser(user)), isOk());
    disk_->fill();

    Result<Credits> held = 0;
    std::vector<JobId> acknowledged;
    for (int tries = 0; held && tries < 2'000; ++tries) {
        const auto job = ids_.make<JobId>();
        held = runTask(store->hold(user.id, job, 1));
        if (held) acknowledged.push_back(job);
    }
    ASSERT_THAT(held, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(held.error().detail, HasSubstr("full"));
    const auto meanwhile = runTask(store->findUser(user.id)).value().value();
    EXPECT_EQ(meanwhile.holds.size(), acknowledged.size());

    disk_->clear();
    EXPECT_THAT(runTask(store->hold(user.id, ids_.make<JobId>(), 1)), isOk());
    EXPECT_EQ(runTask(store->findUser(user.id)).value()->holds.size(), acknowledged.size() + 1);
}

TEST_F(DiskFullTest, TheQueueKeepsItsJobsWhenTheirEndCannotBeWritten) {
    const std::shared_ptr<sqlite::Database> database =
        sqlite::Database::open(disk_->path()).value();
    const auto queue = LocalQueue::open(database, clock_).value();
    const auto user = ids_.make<UserId>();
    ASSERT_THAT(runTask(queue->add(ids_.make<JobId>(), user)), isOk());
    const auto lease = runTask(queue->lease(Millis{30'000}, Millis{0}, {})).value().value();
    disk_->fill();
    Result<> added;
    for (int tries = 0; added && tries < 2'000; ++tries)
        added = runTask(queue->add(ids_.make<JobId>(), user));
    ASSERT_THAT(added, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(runTask(queue->ack(lease)), failsWith(ErrorCode::NotReady));
    EXPECT_THAT(runTask(queue->contains(lease.job)), isOkAnd(Eq(true)));
    disk_->clear();
    EXPECT_THAT(runTask(queue->ack(lease)), isOkAnd(Eq(true)));
    EXPECT_THAT(runTask(queue->contains(lease.job)), isOkAnd(Eq(false)));
}

TEST_F(DiskFullTest, BlobsAreWholeOrNotThere) {
    WorkerPool pool{"blobs", 1, 10};
    const auto blobs = DiskBlobStore::open(disk_->path(), pool).value();
    const auto small = runTask(blobs->put(share("small"), "jpg")).value();
    disk_->fill();
    const auto refused = runTask(blobs->put(share(randomBytes(100'000)), "jpg"));
    ASSERT_THAT(refused, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(refused.error().detail, HasSubstr("full"));
    EXPECT_THAT(runTask(blobs->get(small)), isOkAnd(Pointee(Eq("small"))));
    EXPECT_TRUE(std::filesystem::is_empty(disk_->path() / "tmp"));
    disk_->clear();
    EXPECT_THAT(runTask(blobs->put(share(randomBytes(100'000)), "jpg")), isOk());
}

}  // namespace
}  // namespace atelier::test
