#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "domain/error.h"
#include "redis/listener.h"
#include "redis/redis_url.h"
#include "redis/reply.h"
#include "redis/script.h"
#include "util/task.h"
#include "util/time.h"

namespace atelier::redis {

/// A claim to be told of a channel; ends when destroyed, which waits for a call of the listener
/// that is under way.
class Subscription {
  public:
    virtual ~Subscription() = default;
};

/// One Redis, version 6.2 or newer. One thread does all I/O, on up to three connections made when
/// first needed: commands (pipelined), a command that blocks, and channels. They come back by
/// themselves after whatever happened. Thread-safe.
///
/// Coroutines resume on the event loop they came from; without one they go on on the I/O thread,
/// where they must not block. Calls fail with
///   NotReady   Redis is away, loading, full, busy, a replica, does not know us, or does not answer
///   in time. Whether the
///              command ran is then unknown; repeat only what may run twice.
///   Internal   a command or script that cannot be right.
/// The cause names the server; the password is in no message.
class Client {
  public:
    struct Options {
        std::string name = "atelier";           ///< of the connections, as CLIENT LIST shows them
        std::string blocking_name = "atelier";  ///< of the one that `block` uses
        Millis timeout{5'000};                  ///< of one command, waiting included
        std::size_t window = 512;               ///< commands sent and not answered; more wait
    };

    /// Connects. Blocking. Errors: NotReady (unreachable, refused, loading, older than 6.2, not a
    /// Redis).
    static Result<std::unique_ptr<Client>> open(RedisUrl url, Options options);
    static Result<std::unique_ptr<Client>> open(RedisUrl url) {
        return open(std::move(url), Options{});
    }
    /// What is under way fails with NotReady.
    ~Client();

    Task<Result<Reply>> command(std::vector<std::string> args);

    /// Runs a script by its hash, and with its text where Redis does not know it (yet). `script`
    /// must outlive the call.
    Task<Result<Reply>> run(const Script& script, std::vector<std::string> keys,
                            std::vector<std::string> args);

    /// A command that Redis answers within `wait` (the command's own timeout must be that), such as
    /// BZPOPMIN; on the connection for it, one at a time. When `stop` is requested it ends early,
    /// with Nil; the next one may then end early, too.
    Task<Result<Reply>> block(std::vector<std::string> args, Millis wait, std::stop_token stop);

    /// Tells `listener` what is published on `channel`. Comes into force when `on_begin` is called.
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::string channel, Listener listener);

    /// Runs `work` on the I/O thread once it has resumed whom it resumes now. Must not block.
    void post(std::function<void()> work);

    /// host:port.
    const std::string& where() const;
    /// Of the server when the client was opened: "7.0.15".
    const std::string& serverVersion() const;

  private:
    class Io;
    class Call;
    explicit Client(std::unique_ptr<Io> io);

    std::unique_ptr<Io> io_;
};

}  // namespace atelier::redis
