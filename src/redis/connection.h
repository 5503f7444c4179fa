#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "redis/epoll_loop.h"
#include "redis/redis_url.h"
#include "redis/reply_reader.h"
#include "redis/socket.h"

namespace atelier::redis {

/// A command as RESP. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
std::string encodeCommand(const std::vector<std::string>& args);

/// One command on its way; `done` is called exactly once, on the loop, with whatever Redis
/// answered, faults included.
struct Request {
    std::string wire;
    SteadyTime deadline;
    std::function<void(Result<Reply>)> done;
};

/// A connection that is always there or on its way back: AUTH, SELECT and CLIENT SETNAME at each
/// connect, pauses with jitter between tries. Lives on one loop.
///
/// Requests wait while it connects; once a try has failed they fail at once with its reason, until
/// one succeeds. What was sent when a connection breaks fails too: it may or may not have run.
class Connection {
  public:
    struct Options {
        std::string name;  ///< as CLIENT LIST shows it
        Millis connect_timeout{3'000};
        std::size_t window = 512;          ///< commands sent and not answered
        std::size_t max_waiting = 20'000;  ///< commands not sent; more fail with NotReady
        std::function<void()> on_ready;    ///< after each connect
        std::function<void()> on_lost;     ///< after each loss of a connection that was ready
        std::function<void(Reply)>
            on_push;  ///< takes every reply once ready: a connection that listens
    };

    Connection(EpollLoop& loop, RedisUrl url, Options options);
    ~Connection() = default;

    void submit(Request request);
    /// Sends without an answer of its own: for a connection that listens. Dropped unless ready.
    void push(const std::vector<std::string>& args);
    /// Begins to connect, unless begun.
    void connect();
    /// Gives this connection up and makes another.
    void drop(Error reason);
    /// What was not sent yet fails.
    void cancelWaiting(const Error& reason) { failAll(waiting_, reason); }
    /// For good; everything under way fails.
    void close();
    /// Writes what is left of the turn.
    void flush();

    bool isReady() const { return state_ == State::Ready; }
    /// Of CLIENT ID; 0 when not known.
    std::int64_t id() const { return id_; }

  private:
    enum class State { Idle, Pausing, Connecting, Securing, Greeting, Ready, Closed };

    void begin();
    void tryNextAddress();
    void secure();
    void greet();
    void greetWith(std::vector<std::string> args, std::function<void(Reply)> done);
    void becomeReady();
    void attemptFailed(Error reason);
    void pauseAndRetry();
    void closeSocket();
    void failAll(std::deque<Request>& requests, const Error& reason);

    void onEvent(bool readable, bool writable);
    void onReadable();
    void waitForWrite(bool wanted);
    void onReply(Reply reply);
    void pump();
    void armExpiry();
    void expire();
    Error silence(std::string cause) const;

    EpollLoop& loop_;
    const RedisUrl url_;
    const Options options_;
    State state_ = State::Idle;
    std::vector<Address> addresses_;  // still to be tried, last one first
    std::optional<Socket> socket_;
    std::optional<ReplyReader> reader_;
    std::string out_;  // not written yet
    bool writing_ = false;
    std::size_t unflushed_ = 0;
    std::deque<Request> in_flight_;
    std::deque<Request> waiting_;
    std::optional<Error> fault_;  // of the last try
    int failures_ = 0;            // since Redis last answered well
    EpollLoop::TimerId pause_ = 0;
    EpollLoop::TimerId connect_timer_ = 0;
    EpollLoop::TimerId expiry_ = 0;
    std::int64_t id_ = 0;
    std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace atelier::redis
