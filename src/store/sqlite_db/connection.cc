#include "store/sqlite_db/connection.h"

#include <cstring>

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

namespace atelier::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5'000;
constexpr Millis kRetryAfter{1'000};

Error notReady(std::string detail, std::string cause) {
    return {ErrorCode::NotReady, std::move(detail), std::move(cause), kRetryAfter, {}, {}};
}

int openFlags(Connection::Mode mode) {
    const int access = mode == Connection::Mode::ReadWrite
                           ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE
                           : SQLite::OPEN_READONLY;
    return access | SQLite::OPEN_NOMUTEX;
}

}  // namespace

Error toError(const SQLite::Exception& exception) {
    auto cause = fmt::format("SQLite {}: {}", exception.getExtendedErrorCode(), exception.what());
    switch (exception.getErrorCode() & 0xff) {
        case SQLITE_FULL:
            return notReady("the disk of the database is full", std::move(cause));
        case SQLITE_IOERR:
            return notReady("the database's disk reports an error", std::move(cause));
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return notReady("the database file cannot be opened", std::move(cause));
        case SQLITE_READONLY:
            return notReady("the database file is read-only", std::move(cause));
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return notReady("the database file is damaged", std::move(cause));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return notReady("another process keeps the database busy", std::move(cause));
        case SQLITE_NOMEM:
            return notReady("the database ran out of memory", std::move(cause));
        case SQLITE_CONSTRAINT:
            return {ErrorCode::Conflict,
                    "the object contradicts one that is stored",
                    std::move(cause),
                    {},
                    {},
                    {}};
        default:
            return {ErrorCode::Internal,
                    "the database refused a statement",
                    std::move(cause),
                    {},
                    {},
                    {}};
    }
}

std::string_view Query::text(int column) const {
    const auto value = statement_.getColumn(column);
    // The order matters: getBytes tells the length of what getBlob last returned.
    const void* data = value.getBlob();
    return {static_cast<const char*>(data), static_cast<std::size_t>(value.getBytes())};
}

void Query::read(int column, Uuid& out) const {
    const auto bytes = text(column);
    Uuid::Bytes id{};
    if (bytes.size() != id.size())
        throw SQLite::Exception{"expected an id of 16 bytes", SQLITE_CORRUPT};
    std::memcpy(id.data(), bytes.data(), id.size());
    out = Uuid::fromBytes(id);
}

Connection::Connection(const std::filesystem::path& file, Mode mode)
    : database_{file.string(), openFlags(mode), kBusyTimeoutMs} {
    sqlite3_extended_result_codes(database_.getHandle(), 1);
    // Small private caches, as the first read after a change empties them. No mapping of the file:
    // it would be undone then, too, and a fault of the disk would be a signal instead of an error.
    execute(
        "PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY; PRAGMA "
        "cache_size=-4096");
}

SQLite::Statement& Connection::prepared(std::string_view sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second;
    std::string text{sql};
    SQLite::Statement statement{database_, text};
    return statements_.emplace(std::move(text), std::move(statement)).first->second;
}

}  // namespace atelier::sqlite
