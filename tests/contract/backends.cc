#include "contract/backends.h"

#include "blobs/disk/disk_blob_store.h"
#include "queue/local/local_queue.h"
#include "store/sqlite/sqlite_store.h"
#include "support/s3_bucket.h"
#include "support/temp_dir.h"

namespace atelier::test {
namespace {

std::shared_ptr<sqlite::Database> openDatabase(const TempDir& dir) {
    return sqlite::Database::open(dir.path()).value();
}

class SqliteStoreSubject final : public Subject<Store> {
  public:
    SqliteStoreSubject() { open(); }
    Store& port() override { return *store_; }
    void reopen() override {
        store_.reset();
        open();
    }

  private:
    void open() { store_ = SqliteStore::open(openDatabase(dir_)).value(); }
    TempDir dir_;
    std::unique_ptr<SqliteStore> store_;
};

class LocalQueueSubject final : public Subject<JobQueue> {
  public:
    explicit LocalQueueSubject(FakeClock& clock) : clock_{clock} { open(); }
    JobQueue& port() override { return *queue_; }
    void reopen() override {
        queue_.reset();
        open();
    }

  private:
    void open() { queue_ = LocalQueue::open(openDatabase(dir_), clock_).value(); }
    FakeClock& clock_;
    TempDir dir_;
    std::unique_ptr<LocalQueue> queue_;
};

class DiskBlobSubject final : public Subject<BlobStore> {
  public:
    DiskBlobSubject() { open(); }
    BlobStore& port() override { return *blobs_; }
    void reopen() override { open(); }

  private:
    void open() { blobs_ = DiskBlobStore::open(dir_.path() / "blobs", pool_).value(); }
    TempDir dir_;
    WorkerPool pool_{"blobs", 2, 1'000};
    std::unique_ptr<DiskBlobStore> blobs_;
};

class S3BlobSubject final : public Subject<BlobStore> {
  public:
    S3BlobSubject() { reopen(); }
    BlobStore& port() override { return *blobs_; }
    void reopen() override { blobs_ = bucket_.open(); }

  private:
    S3Bucket bucket_;
    std::unique_ptr<S3BlobStore> blobs_;
};

}  // namespace

std::vector<Backend<Store>> storeBackends() {
    return {{"Sqlite", [](FakeClock&) { return std::make_unique<SqliteStoreSubject>(); }, ""}};
}

std::vector<Backend<JobQueue>> queueBackends() {
    return {{"Local", [](FakeClock& clock) { return std::make_unique<LocalQueueSubject>(clock); }, ""}};
}

std::vector<Backend<BlobStore>> blobBackends() {
    return {{"Disk", [](FakeClock&) { return std::make_unique<DiskBlobSubject>(); }, ""},
            onServer<BlobStore>("S3", kS3Endpoint, "versitygw",
                                [](FakeClock&) { return std::make_unique<S3BlobSubject>(); })};
}

}  // namespace atelier::test
