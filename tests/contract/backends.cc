#include "contract/backends.h"

#include "blobs/disk/disk_blob_store.h"
#include "queue/bullmq/bullmq_queue.h"
#include "queue/local/local_queue.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_store.h"
#include "support/mongo_database.h"
#include "support/redis_keys.h"
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

class MongoStoreSubject final : public Subject<Store> {
  public:
    MongoStoreSubject() { open(); }
    Store& port() override { return *store_; }
    void reopen() override {
        store_.reset();
        open();
    }

  private:
    void open() {
        auto opened = MongoStore::open(database_.uri());
        if (!opened) throw std::runtime_error{opened.error().detail + ": " + opened.error().cause};
        store_ = std::move(*opened);
    }
    MongoDatabase database_;
    std::unique_ptr<MongoStore> store_;
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

class BullmqQueueSubject final : public Subject<JobQueue> {
  public:
    explicit BullmqQueueSubject(FakeClock& clock) : clock_{clock} { open(); }
    JobQueue& port() override { return *queue_; }
    void reopen() override {
        queue_.reset();
        open();
    }
    void letPass(FakeClock& clock, Millis by) override {
        keys_.age(by);
        clock.advance(by);
    }
    Millis lateness() const override { return Millis{15'000}; }  // half of the lease

  private:
    void open() {
        queue_ = BullmqQueue::open(keys_.client(), clock_, {.prefix = keys_.prefix()}).value();
    }
    FakeClock& clock_;
    RedisKeys keys_;
    std::unique_ptr<BullmqQueue> queue_;
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
    return {
        {"Sqlite", [](FakeClock&) { return std::make_unique<SqliteStoreSubject>(); }, {}},
        onServer<Store>("Mongo", "ATELIER_TEST_MONGODB_URI", "mongo-java-server",
                        [](FakeClock&) { return std::make_unique<MongoStoreSubject>(); }),
    };
}

std::vector<Backend<JobQueue>> queueBackends() {
    return {
        {"Local", [](FakeClock& clock) { return std::make_unique<LocalQueueSubject>(clock); }, {}},
        onServer<JobQueue>(
            "Bullmq", "ATELIER_TEST_REDIS_URL", "redis-server",
            [](FakeClock& clock) { return std::make_unique<BullmqQueueSubject>(clock); }),
    };
}

std::vector<Backend<BlobStore>> blobBackends() {
    return {{"Disk", [](FakeClock&) { return std::make_unique<DiskBlobSubject>(); }, ""},
            onServer<BlobStore>("S3", kS3Endpoint, "versitygw",
                                [](FakeClock&) { return std::make_unique<S3BlobSubject>(); })};
}

}  // namespace atelier::test
