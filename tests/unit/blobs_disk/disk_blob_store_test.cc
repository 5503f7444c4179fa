#include "blobs/disk/disk_blob_store.h"

#include <fstream>
#include <semaphore>

#include "support/matchers.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace atelier::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

class DiskBlobStoreTest : public testing::Test {
  protected:
    std::unique_ptr<DiskBlobStore> opened() { return DiskBlobStore::open(folder_, pool_).value(); }
    TempDir dir_;
    fs::path folder_ = dir_.path() / "blobs";
    WorkerPool pool_{"blobs", 1, 1};
};

TEST_F(DiskBlobStoreTest, FilesLieInFoldersOfTheirFirstDigits) {
    const auto blobs = opened();
    const auto key = runTask(blobs->put(share("picture"), "jpg")).value();
    EXPECT_EQ(blobs->localPath(key), folder_ / key.substr(0, 2) / key.substr(2, 2) / key);
    EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(DiskBlobStoreTest, PuttingAgainRefreshesTheTime) {
    const auto blobs = opened();
    const auto key = runTask(blobs->put(share("picture"), "jpg")).value();
    fs::last_write_time(*blobs->localPath(key), fs::file_time_type::clock::now() - 48h);
    const auto before = runTask(blobs->stat(key)).value()->modified_at;
    runTask(blobs->put(share("picture"), "jpg")).value();
    EXPECT_GT(runTask(blobs->stat(key)).value()->modified_at, before + 47h);
}

TEST_F(DiskBlobStoreTest, OpeningRemovesOnlyStaleLeftovers) {
    opened();
    std::ofstream{folder_ / "tmp" / "crashed"} << "half";
    std::ofstream{folder_ / "tmp" / "being-written"} << "half";
    fs::last_write_time(folder_ / "tmp" / "crashed", fs::file_time_type::clock::now() - 2h);
    opened();
    EXPECT_FALSE(fs::exists(folder_ / "tmp" / "crashed"));
    EXPECT_TRUE(fs::exists(folder_ / "tmp" / "being-written"));
}

TEST_F(DiskBlobStoreTest, ListsOnlyBlobs) {
    const auto blobs = opened();
    std::ofstream{folder_ / "README"} << "hello";
    std::ofstream{folder_ / "tmp" / "being-written"} << "half";
    fs::create_directories(folder_ / "aa" / "bb");
    std::ofstream{folder_ / "aa" / "bb" / "stranger.txt"} << "hello";
    EXPECT_THAT(runTask(blobs->list("", 10)), isOkAnd(IsEmpty()));
}

TEST_F(DiskBlobStoreTest, RefusesAFolderThatCannotBe) {
    std::ofstream{folder_} << "in the way";
    const auto blobs = DiskBlobStore::open(folder_, pool_);
    ASSERT_THAT(blobs, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(blobs.error().detail, HasSubstr(folder_.string()));
}

TEST_F(DiskBlobStoreTest, AFullPoolIsNotReady) {
    const auto blobs = opened();
    std::binary_semaphore entered{0}, go{0};
    ASSERT_TRUE(pool_.post([&] {
        entered.release();
        go.acquire();
    }));
    entered.acquire();
    ASSERT_TRUE(pool_.post([] {}));
    EXPECT_THAT(runTask(blobs->put(share("picture"), "jpg")), failsWith(ErrorCode::NotReady));
    go.release();
}

}  // namespace
}  // namespace atelier::test
