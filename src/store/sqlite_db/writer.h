#pragma once

#include <condition_variable>
#include <coroutine>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "store/sqlite_db/connection.h"
#include "util/resume.h"

namespace atelier::sqlite {

/// A change that waits for its commit. Lives in the frame of the coroutine that waits for it.
class PendingWrite {
  public:
    /// Makes the change; false when it must be undone. Runs on the writer thread, more than once
    /// when the transaction around it has to be repeated. May throw SQLite::Exception.
    virtual bool apply(Connection& connection) = 0;
    /// Replaces the outcome: the change is not in the file.
    virtual void fail(Error error) = 0;

    std::optional<Resumer> resumer;

  protected:
    ~PendingWrite() = default;
};

/// The one thread that writes the file. All changes that have queued up while it was busy share the
/// next transaction, hence its fsync (group commit): their number, not their latency, grows with
/// the load. Each change is atomic on its own; one that fails does not undo the others.
/// Thread-safe.
class Writer {
  public:
    /// `end_snapshots` is called on the writer thread after each commit, before those who wait for
    /// it resume, after each checkpoint, and each second while there is nothing to write. Throws
    /// SQLite::Exception.
    Writer(const std::filesystem::path& file, std::size_t max_pending,
           std::function<void()> end_snapshots);
    /// Finishes what was accepted.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Queues `write`; its resumer is called once it is durable or has failed. False, and nothing
    /// happens, when too many wait.
    [[nodiscard]] bool submit(PendingWrite& write);

  private:
    using Batch = std::vector<PendingWrite*>;

    void loop();
    void commit(const Batch& batch);
    bool commitTogether(const Batch& batch);
    void applyOne(PendingWrite& write);
    void rollBack() noexcept;
    void checkpointIfLong();

    const std::size_t max_pending_;
    const std::function<void()> end_snapshots_;
    Connection connection_;  // used by the thread only
    int log_frames_ = 0;     // used by the thread only
    std::mutex mutex_;
    std::condition_variable wake_;
    Batch pending_;          // guarded by mutex_
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace atelier::sqlite
