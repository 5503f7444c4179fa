#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "ports/job_queue.h"
#include "queue/bullmq/keys.h"
#include "queue/bullmq/options.h"
#include "queue/bullmq/script_set.h"
#include "redis/client.h"

namespace atelier::bullmq {

/// What moveToActive answered.
struct Fetched {
    std::string job;  ///< its id; empty when there was none
    int starts = 0;   ///< how often it was fetched
    bool failed_elsewhere =
        false;          ///< BullMQ wants the next worker to fail it: it stalled too often
    Millis limited{0};  ///< do not ask again before
    std::optional<Instant> next_delayed;
};

/// What moveToFinished answered when it was asked for the next job, too.
struct Finished {
    bool done = false;  ///< false: the lock was lost, and nothing was fetched
    Fetched next;
};

/// The scripts of one queue as calls: KEYS and ARGV in their order. Ids are texts here.
/// Thread-safe. Source: the package's dist/cjs/classes/scripts.js.
class Commands {
  public:
    Commands(redis::Client& client, const ScriptSet& scripts, Keys keys)
        : client_{client}, scripts_{scripts}, keys_{std::move(keys)} {}

    const Keys& keys() const { return keys_; }

    /// False: a finished (or stray) job of that id is in the way.
    Task<Result<bool>> add(std::string job, std::string user, Millis delay, Instant now);
    Task<Result<Fetched>> fetch(std::string token, Millis lock, Instant now);
    /// Completes a job and fetches the next one under the same token.
    Task<Result<Finished>> completeAndFetch(std::string job, std::string token, Millis lock,
                                            Instant now);
    /// False when the lock was lost, as in the others.
    Task<Result<bool>> complete(std::string job, std::string token, Instant now);
    Task<Result<bool>> fail(std::string job, std::string token, std::string reason, Instant now);
    Task<Result<bool>> delay(std::string job, std::string token, Millis delay, Instant now);
    Task<Result<bool>> retry(std::string job, std::string token, Instant now);
    /// The jobs whose locks are lost; at most 500.
    Task<Result<std::vector<std::string>>> extend(std::vector<std::string> jobs,
                                                  std::vector<std::string> tokens, Millis lock);
    /// Lets jobs wait again whose locks ran out, at most once each `interval` whoever asks.
    Task<Result<>> recoverStalled(Millis interval, Instant now);
    /// False when it is locked.
    Task<Result<bool>> remove(std::string job);
    /// "waiting", "prioritized", "delayed", "active", "waiting-children", "completed", "failed" or
    /// "unknown".
    Task<Result<std::string>> state(std::string job);
    Task<Result<std::optional<std::int64_t>>> position(std::string job);
    Task<Result<QueueDepth>> depth(Instant now);
    /// Forgets the failure that BullMQ wants for a job that stalled too often.
    Task<Result<>> forgive(std::string job);

    /// Waits for the sign that there is work: empty when the time or `stop` came first, else when
    /// it is due.
    Task<Result<std::optional<Instant>>> awaitMarker(Millis wait, std::stop_token stop);
    /// Puts the sign back, for others.
    Task<Result<>> putMarker();

    /// "bullmq:6.7.0", of whoever used the queue last; empty when nobody did.
    Task<Result<std::string>> version();
    Task<Result<>> setVersion(std::string version);
    /// The queue and all its jobs.
    Task<Result<>> obliterate();

  private:
    struct Ending {
        std::string field;  ///< "returnvalue" or "failedReason"
        std::string value;
        std::string target;               ///< "completed" or "failed"
        std::optional<Millis> next_lock;  ///< fetch another job, locked for so long
    };
    Task<Result<redis::Reply>> finish(std::string job, std::string token, Ending ending,
                                      Instant now);
    /// `named` of BullMQ's script and the keys of our additions.
    std::vector<std::string> withOurs(std::vector<std::string> named, const std::string& job) const;

    redis::Client& client_;
    const ScriptSet& scripts_;
    const Keys keys_;
    std::atomic<unsigned> ended_{0};
};

}  // namespace atelier::bullmq
