#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>

#include "store/mongo/connection.h"
#include "util/task.h"
#include "util/time.h"
#include "util/worker_pool.h"

namespace atelier::mongo {

/// One MongoDB database and the clients that talk to it. Thread-safe.
///
/// Work runs on threads of its own, one client each, and comes back to the caller's event loop.
/// Writes are acknowledged by a majority; reads ask the primary, so that everyone reads what was
/// written before. A server that goes away is NotReady until it is back; nothing has to be
/// reopened.
class Database {
  public:
    /// Connects to the server and database that `uri` names. Timeouts that it does not set:
    /// serverSelectionTimeoutMS 5 s, connectTimeoutMS 5 s, socketTimeoutMS 20 s, wtimeoutMS 10 s.
    /// Blocking. Errors, none with the password in it: ValidationFailed (not a MongoDB URI, no
    /// database in it), NotReady (not reachable, login refused, server older than 4.4).
    static Result<std::shared_ptr<Database>> open(const std::string& uri);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs `fn`, a `Result<T>(Connection&)`, on a thread of the pool. Errors besides those of
    /// `fn`: NotReady (too much is waiting already, or has waited for too long).
    template <class Fn>
    auto run(Fn fn) -> Task<std::invoke_result_t<Fn&, Connection&>> {
        return running<std::invoke_result_t<Fn&, Connection&>>(std::move(fn));
    }

    /// The same on the calling thread. Blocking.
    template <class Fn>
    auto runNow(Fn& fn) -> std::invoke_result_t<Fn&, Connection&> {
        const Lease lease{*this};
        Connection connection{lease.client(), name_};
        return fn(connection);
    }

    /// Names for messages, without user and password.
    const std::string& hosts() const { return hosts_; }
    const std::string& name() const { return name_; }

  private:
    static constexpr Millis kLongestWait{5'000};

    struct Release {
        void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
        void operator()(mongoc_client_pool_t* pool) const { mongoc_client_pool_destroy(pool); }
    };
    using Uri = std::unique_ptr<mongoc_uri_t, Release>;

    /// A client of the pool, given back at the end.
    class Lease {
      public:
        explicit Lease(Database& owner)
            : owner_{owner}, client_{mongoc_client_pool_pop(owner.clients_.get())} {}
        ~Lease() { mongoc_client_pool_push(owner_.clients_.get(), client_); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        mongoc_client_t* client() const { return client_; }

      private:
        Database& owner_;
        mongoc_client_t* client_;
    };

    /// Compiled once for each outcome and not for each caller.
    template <class Outcome>
    Task<Outcome> running(std::move_only_function<Outcome(Connection&)> fn) {
        const auto deadline = Deadline::after(kLongestWait);
        auto work = [this, deadline, fn = std::move(fn)]() mutable -> Outcome {
            if (deadline.expired()) return failure(tooMuch());
            return runNow(fn);
        };
        auto done = co_await workers_->run(std::move(work));
        if (!done) co_return failure(tooMuch());
        co_return std::move(*done);
    }

    static Result<Uri> parse(const std::string& text);
    explicit Database(const Uri& uri);
    Result<> checkServer();
    static Error tooMuch();

    std::string hosts_;
    std::string name_;
    std::unique_ptr<mongoc_client_pool_t, Release> clients_;
    std::unique_ptr<WorkerPool> workers_;  // ends before the clients do
};

}  // namespace atelier::mongo
