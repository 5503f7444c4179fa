#include "store/sqlite_db/readers.h"

#include <utility>

#include <SQLiteCpp/Exception.h>

namespace atelier::sqlite {
namespace {

/// False when the connection is not worth keeping.
bool leaveSnapshot(Readers::Reader& reader) {
    if (!std::exchange(reader.in_snapshot, false)) return true;
    try {
        reader.connection.query("COMMIT").run();
        return true;
    } catch (const SQLite::Exception&) {
        return false;
    }
}

}  // namespace

std::unique_ptr<Readers::Reader> Readers::borrow() {
    std::unique_ptr<Reader> reader;
    std::uint64_t version = 0;
    {
        const std::lock_guard lock{mutex_};
        version = version_;
        if (!idle_.empty()) {
            reader = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    const auto now = Clock::now();
    if (reader && reader->in_snapshot && now - reader->since < kSnapshotAge) return reader;
    if (!reader || !leaveSnapshot(*reader)) reader = std::make_unique<Reader>(file_);
    // Deferred: the first read takes the snapshot, which is then newer than `version`, or the same.
    reader->connection.query("BEGIN").run();
    reader->in_snapshot = true;
    reader->version = version;
    reader->since = now;
    return reader;
}

void Readers::giveBack(std::unique_ptr<Reader> reader) {
    const std::lock_guard lock{mutex_};
    if (reader->version != version_ && !leaveSnapshot(*reader)) return;
    idle_.push_back(std::move(reader));
}

void Readers::changed() {
    const std::lock_guard lock{mutex_};
    ++version_;
    std::erase_if(idle_, [](auto& reader) { return !leaveSnapshot(*reader); });
}

}  // namespace atelier::sqlite
