#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sqlite_db/connection.h"

namespace atelier::sqlite {

/// The read connections of one file. Thread-safe.
///
/// A connection keeps its read transaction, hence its snapshot, from one read to the next until the
/// file changes: to take and drop SQLite's shared locks costs as much as a short read itself.
/// Changes of this process are told by changed(); those of others, such as `atelier user grant`,
/// are seen within kSnapshotAge. No idle snapshot outlives a change, or a second without one, so
/// that the log can be checkpointed (sqlite.org/wal.html, "Avoiding Excessively Large WAL Files").
class Readers {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kSnapshotAge{5};

    struct Reader {
        explicit Reader(const std::filesystem::path& file)
            : connection{file, Connection::Mode::ReadOnly} {}

        Connection connection;
        bool in_snapshot = false;
        std::uint64_t version = 0;  ///< of the file, no newer than the snapshot
        Clock::time_point since;
    };

    explicit Readers(std::filesystem::path file) : file_{std::move(file)} {}

    /// A connection in a snapshot that has every change told before. Give it back after use, or
    /// destroy it when a read failed. Throws SQLite::Exception.
    std::unique_ptr<Reader> borrow();
    void giveBack(std::unique_ptr<Reader> reader);

    /// Ends every snapshot: now, or when given back. To be called after each commit, before anybody
    /// learns of it.
    void changed();

  private:
    const std::filesystem::path file_;
    std::mutex mutex_;
    std::uint64_t version_ = 0;                  // guarded by mutex_
    std::vector<std::unique_ptr<Reader>> idle_;  // guarded by mutex_; last used, first lent
};

}  // namespace atelier::sqlite
