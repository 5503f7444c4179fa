#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <type_traits>

#include <SQLiteCpp/Exception.h>

#include "store/sqlite_db/connection.h"
#include "store/sqlite_db/migrations.h"
#include "store/sqlite_db/readers.h"
#include "store/sqlite_db/writer.h"
#include "util/task.h"
#include "util/worker_pool.h"

namespace atelier::sqlite {

namespace detail {

/// What is done with a connection. Of one type for all callers that expect the same outcome, so
/// that coroutines are compiled once for each outcome and not for each caller.
template <class Outcome>
using Work = std::move_only_function<Outcome(Connection&)>;

/// Awaiter of one durable change. A failure that `fn` returns undoes what it did.
template <class Outcome>
class Write final : public PendingWrite {
  public:
    Write(Writer& writer, Work<Outcome> fn) : writer_{writer}, fn_{std::move(fn)} {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> caller) {
        resumer.emplace(caller);
        return writer_.submit(*this);
    }
    Outcome await_resume() {
        if (!outcome_)
            return std::unexpected(Error{ErrorCode::NotReady,
                                         "the database has too much to write",
                                         {},
                                         Millis{1'000},
                                         {},
                                         {}});
        return std::move(*outcome_);
    }

    bool apply(Connection& connection) override {
        outcome_.emplace(fn_(connection));
        return outcome_->has_value();
    }
    void fail(Error error) override { outcome_.emplace(std::unexpected(std::move(error))); }

  private:
    Writer& writer_;
    Work<Outcome> fn_;
    std::optional<Outcome> outcome_;
};

}  // namespace detail

/// The SQLite file of the embedded mode, in WAL mode with synchronous=FULL. Thread-safe.
///
/// Reads run at once on the calling thread, which takes microseconds, and see every change that
/// completed before; those of another process a few milliseconds later. Changes go through one
/// writer thread and complete when they are durable. After a full disk or another I/O error the
/// same object goes on working as soon as the cause is gone.
class Database {
  public:
    /// Opens `atelier.db` in `data_dir`, making both when missing.
    /// Errors: NotReady (folder or file cannot be made, opened or written; not a database).
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& data_dir,
                                                  std::size_t max_pending_writes = 10'000);

    /// Brings the tables of `component` up to date. Call it before the component's first read or
    /// write. Errors: NotReady (written by a newer program; the disk fails).
    Result<> migrate(std::string_view component, Migrations migrations);

    /// Runs `fn`, a `Result<T>(Connection&)`, on the writer thread and completes when the change is
    /// durable. A failure that `fn` returns or throws undoes what it did. Errors besides those of
    /// `fn`: NotReady.
    template <class Fn>
    auto write(Fn fn) -> Task<std::invoke_result_t<Fn&, Connection&>> {
        return writing<std::invoke_result_t<Fn&, Connection&>>(std::move(fn));
    }

    /// Runs `fn`, a `Result<T>(Connection&)`, on a read connection when awaited. Errors besides
    /// those of `fn`: NotReady.
    template <class Fn>
    auto read(Fn fn) -> Task<std::invoke_result_t<Fn&, Connection&>> {
        return reading<std::invoke_result_t<Fn&, Connection&>>(std::move(fn));
    }

    /// The same on one of two threads of its own: for what may look at thousands of rows, such as a
    /// list of what a filter lets through, and would keep the caller's event loop from everything
    /// else.
    template <class Fn>
    auto readAside(Fn fn) -> Task<std::invoke_result_t<Fn&, Connection&>> {
        return readingAside<std::invoke_result_t<Fn&, Connection&>>(std::move(fn));
    }

    /// Like `read`, without a task.
    template <class Fn>
    auto readNow(Fn& fn) -> std::invoke_result_t<Fn&, Connection&> {
        try {
            auto reader = readers_.borrow();
            auto outcome = fn(reader->connection);
            readers_.giveBack(std::move(reader));
            return outcome;
        } catch (const SQLite::Exception& exception) {
            return std::unexpected(toError(exception));
        }
    }

    const std::filesystem::path& folder() const { return folder_; }

  private:
    explicit Database(std::filesystem::path folder, std::size_t max_pending_writes);

    template <class Outcome>
    Task<Outcome> writing(detail::Work<Outcome> fn) {
        detail::Write<Outcome> pending{writer_, std::move(fn)};
        auto outcome = co_await pending;
        co_return outcome;
    }
    template <class Outcome>
    Task<Outcome> reading(detail::Work<Outcome> fn) {
        co_return readNow(fn);
    }
    template <class Outcome>
    Task<Outcome> readingAside(detail::Work<Outcome> fn) {
        auto outcome = co_await aside_.run([this, &fn] { return readNow(fn); });
        if (!outcome)
            co_return std::unexpected(Error{ErrorCode::NotReady,
                                            "the database has too many long reads",
                                            {},
                                            Millis{1'000},
                                            {},
                                            {}});
        co_return std::move(*outcome);
    }

    std::filesystem::path folder_;
    Readers readers_;
    Writer writer_;  // tells readers_ of each commit
    WorkerPool aside_;
};

}  // namespace atelier::sqlite
