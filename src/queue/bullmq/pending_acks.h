#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "queue/bullmq/commands.h"
#include "util/clock.h"
#include "util/resume.h"

namespace atelier::bullmq {

/// Acknowledgements in the moment before they are sent. Whoever asks for a job in that moment takes
/// one along: BullMQ does both in one script, which is half the work for Redis. Thread-safe.
class PendingAcks {
  public:
    /// One of them, awaited by its sender: false when the lease was lost.
    class Ack {
      public:
        Ack(PendingAcks& table, Lease lease) : table_{table}, lease_{std::move(lease)} {}

        const Lease& lease() const { return lease_; }
        /// Once; the object may be gone afterwards.
        void resolve(Result<bool> done) {
            done_.emplace(std::move(done));
            (*sender_)();
        }

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> sender) {
            sender_.emplace(sender);
            table_.add(*this);
        }
        Result<bool> await_resume() { return std::move(*done_); }

      private:
        PendingAcks& table_;
        Lease lease_;
        std::optional<Resumer> sender_;
        std::optional<Result<bool>> done_;
    };

    PendingAcks(redis::Client& client, Commands& commands, Clock& clock)
        : client_{client}, commands_{commands}, clock_{clock} {}
    /// Waits until the client's thread is done with this.
    ~PendingAcks();

    /// One that was not sent yet; whoever takes it sends and resolves it. Null when there is none.
    Ack* take();

  private:
    void add(Ack& ack);
    void sendAll();
    Task<> send(Ack& ack);

    redis::Client& client_;
    Commands& commands_;
    Clock& clock_;
    std::mutex mutex_;
    std::condition_variable idle_;
    std::deque<Ack*> acks_;  // guarded by mutex_
    bool posted_ = false;    // guarded by mutex_: `sendAll` is going to run
};

}  // namespace atelier::bullmq
