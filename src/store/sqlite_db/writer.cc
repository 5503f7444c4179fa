#include "store/sqlite_db/writer.h"

#include <pthread.h>
#include <sqlite3.h>

#include <chrono>

#include <SQLiteCpp/Exception.h>

namespace atelier::sqlite {
namespace {

/// Pages in the log above which it is copied into the main file: 16 MiB.
constexpr int kCheckpointFrames = 4'096;

/// When nothing is written for so long, snapshots end all the same: a checkpoint by hand waits for
/// them.
constexpr std::chrono::seconds kIdle{1};

constexpr auto kWriterPragmas =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA "
    "journal_size_limit=33554432; "
    "PRAGMA cache_size=-4096";

int noteLogLength(void* frames, sqlite3*, const char*, int count) {
    *static_cast<int*>(frames) = count;
    return SQLITE_OK;
}

}  // namespace

Writer::Writer(const std::filesystem::path& file, std::size_t max_pending,
               std::function<void()> end_snapshots)
    : max_pending_{max_pending},
      end_snapshots_{std::move(end_snapshots)},
      connection_{file, Connection::Mode::ReadWrite} {
    connection_.execute(kWriterPragmas);
    sqlite3_wal_hook(connection_.database().getHandle(), noteLogLength, &log_frames_);
    thread_ = std::thread{[this] { loop(); }};
    pthread_setname_np(thread_.native_handle(), "sqlite-writer");
}

Writer::~Writer() {
    {
        std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

bool Writer::submit(PendingWrite& write) {
    std::lock_guard lock{mutex_};
    if (stopping_ || pending_.size() >= max_pending_) return false;
    pending_.push_back(&write);
    // With the lock: whoever waits for the write may end the database as soon as it is done.
    if (pending_.size() == 1) wake_.notify_one();
    return true;
}

void Writer::loop() {
    Batch batch;
    std::vector<Resumer> resumers;
    for (;;) {
        {
            std::unique_lock lock{mutex_};
            wake_.wait_for(lock, kIdle, [this] { return stopping_ || !pending_.empty(); });
            if (stopping_ && pending_.empty()) return;
            batch.swap(pending_);
        }
        if (!batch.empty()) commit(batch);
        end_snapshots_();
        // A write is gone as soon as its coroutine runs.
        for (auto* write : batch) resumers.push_back(*write->resumer);
        batch.clear();
        resumeAll(resumers);
        resumers.clear();
        checkpointIfLong();
    }
}

void Writer::commit(const Batch& batch) {
    try {
        if (commitTogether(batch)) return;
        connection_.query("BEGIN IMMEDIATE").run();
        for (auto* write : batch) applyOne(*write);
        connection_.query("COMMIT").run();
    } catch (const SQLite::Exception& exception) {
        rollBack();
        for (auto* write : batch) write->fail(toError(exception));
    }
}

/// What mostly happens, and costs a tenth less: no change has to be undone, so none needs a
/// savepoint. False, and nothing is changed, when one does.
bool Writer::commitTogether(const Batch& batch) {
    connection_.query("BEGIN IMMEDIATE").run();
    bool keep = true;
    try {
        for (auto at = batch.begin(); keep && at != batch.end(); ++at)
            keep = (*at)->apply(connection_);
    } catch (const SQLite::Exception&) {
        keep = false;
    }
    if (keep) connection_.query("COMMIT").run();
    if (!keep) rollBack();
    return keep;
}

void Writer::applyOne(PendingWrite& write) {
    connection_.query("SAVEPOINT change").run();
    bool keep = false;
    try {
        keep = write.apply(connection_);
    } catch (const SQLite::Exception& exception) {
        // Some failures, a full disk for one, end the whole transaction
        // (sqlite.org/lang_transaction.html).
        if (sqlite3_get_autocommit(connection_.database().getHandle()) != 0) throw;
        write.fail(toError(exception));
    }
    if (!keep) connection_.query("ROLLBACK TO change").run();
    connection_.query("RELEASE change").run();
}

void Writer::rollBack() noexcept {
    if (sqlite3_get_autocommit(connection_.database().getHandle()) != 0) return;
    connection_.database().tryExec("ROLLBACK");
}

void Writer::checkpointIfLong() {
    if (log_frames_ < kCheckpointFrames) return;
    // Passive: copies what no reader needs and waits for nobody. A failure is met again by the next
    // commit.
    sqlite3_wal_checkpoint_v2(connection_.database().getHandle(), nullptr,
                              SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    log_frames_ = 0;
    // The next commit starts the log anew only if no reader looks at it.
    end_snapshots_();
}

}  // namespace atelier::sqlite
