#pragma once

#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "domain/error.h"
#include "util/time.h"
#include "util/uuid.h"

namespace atelier::sqlite {

/// What a failed statement means to the caller: NotReady for a full, missing, read-only, damaged or
/// busy file, Conflict for a broken constraint, Internal for a mistake in a statement. Source:
/// sqlite.org/rescode.html.
Error toError(const SQLite::Exception& exception);

/// One run of a cached statement, which it gives back when destroyed. Columns count from 0. Throws
/// SQLite::Exception.
class Query {
  public:
    template <class... Args>
    explicit Query(SQLite::Statement& statement, const Args&... args) : statement_{statement} {
        int index = 0;
        (bind(++index, args), ...);
    }
    ~Query() { statement_.tryReset(); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Goes to the next row; false when there is none.
    bool next() { return statement_.executeStep(); }
    /// Runs a statement without rows; the number of rows it changed.
    int run() { return statement_.exec(); }

    /// A value of the current row: std::int64_t, bool, std::string, Instant, an id, or an optional
    /// of these.
    template <class T>
    T get(int column) const {
        T value{};
        read(column, value);
        return value;
    }
    /// Text of the current row, valid until the next step.
    std::string_view text(int column) const;

  private:
    void bind(int index, std::integral auto value) {
        statement_.bind(index, static_cast<std::int64_t>(value));
    }
    void bind(int index, const std::string& value) { statement_.bind(index, value); }
    void bind(int index, std::string_view value) { statement_.bind(index, std::string{value}); }
    void bind(int index, Instant value) { bind(index, value.time_since_epoch().count()); }
    void bind(int index, const Uuid& value) {
        statement_.bind(index, value.bytes().data(), static_cast<int>(value.bytes().size()));
    }
    template <class Tag>
    void bind(int index, const Id<Tag>& value) {
        bind(index, value.value());
    }
    template <class T>
    void bind(int index, const std::optional<T>& value) {
        if (value) {
            bind(index, *value);
        } else {
            statement_.bind(index);
        }
    }

    void read(int column, std::int64_t& out) const {
        out = statement_.getColumn(column).getInt64();
    }
    void read(int column, bool& out) const { out = statement_.getColumn(column).getInt() != 0; }
    void read(int column, std::string& out) const { out = text(column); }
    void read(int column, Uuid& out) const;
    void read(int column, Instant& out) const {
        out = Instant{Millis{statement_.getColumn(column).getInt64()}};
    }
    template <class Tag>
    void read(int column, Id<Tag>& out) const {
        out = Id<Tag>{get<Uuid>(column)};
    }
    template <class T>
    void read(int column, std::optional<T>& out) const {
        if (!statement_.isColumnNull(column)) out = get<T>(column);
    }

    SQLite::Statement& statement_;
};

/// One connection with its prepared statements. Not thread-safe: one thread at a time.
class Connection {
  public:
    enum class Mode { ReadOnly, ReadWrite };
    /// Throws SQLite::Exception.
    Connection(const std::filesystem::path& file, Mode mode);

    /// `sql` with `args` bound to its parameters in order; prepared once per connection.
    /// The same text must not be in use twice at a time.
    template <class... Args>
    Query query(std::string_view sql, const Args&... args) {
        return Query{prepared(sql), args...};
    }
    /// Runs one or several statements without parameters.
    void execute(const std::string& sql) { database_.exec(sql); }

    SQLite::Database& database() { return database_; }

  private:
    SQLite::Statement& prepared(std::string_view sql);

    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    SQLite::Database database_;
    std::unordered_map<std::string, SQLite::Statement, Hash, std::equal_to<>> statements_;
};

}  // namespace atelier::sqlite
