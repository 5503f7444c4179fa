#pragma once

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "ports/slot_leases.h"
#include "util/clock.h"
#include "util/resume.h"

namespace atelier::bfl {

struct LimiterOptions {
    int max_active = 24;
    std::map<std::string, int> endpoint_limits;  ///< for endpoints with one of their own
    int max_submitting = 32;                     ///< places whose task has no id yet
    Millis recovery{15'000};
    Millis task_lifetime{1'800'000};
    SlotLeases* shared = nullptr;  ///< counts for all processes together; null: for this one alone
};

/// Counts the tasks that are active at the provider and makes submits wait for a
/// free place: users take turns, whatever they have queued. A limit that the
/// provider turned out not to grant (429) is lowered and regained step by step.
/// Only some submits are under way at a time, so that polls get through and not
/// every request body is in memory.
///
/// With shared slots every place is also one of those, so that the limits hold over all processes;
/// each process lowers and regains its own part. Only a few submits wait for a shared slot at a
/// time: the others keep their turns. Thread-safe.
class Limiter {
  public:
    Limiter(LimiterOptions options, Clock& clock);

    /// Waits for a place, under the key `ticket` until `rename`; `goes_on` (see ProviderRequest)
    /// only until fewer submits are under way. False: canceled.
    Task<bool> acquire(std::string ticket, std::string endpoint, std::string user, bool goes_on,
                       std::stop_token stop);

    /// The place of `ticket` is now that of the task `task_id`.
    void rename(const std::string& ticket, const std::string& task_id);
    /// Counts a task that was submitted by somebody else, without waiting. Nothing happens when it
    /// is counted.
    void adopt(const std::string& task_id, const std::string& endpoint);
    /// Frees a place. Nothing happens when there is none of that key.
    void release(const std::string& key);
    /// Another process goes on with the task: its place is not ours to give back. Without shared
    /// slots it stays.
    void forget(const std::string& key);

    /// The provider refused one more task.
    void lower(const std::string& endpoint);
    /// The provider took one more task.
    void recover(const std::string& endpoint);

    int active() const;
    int limit() const;

  private:
    /// A limit and what counts against it.
    struct Gate {
        int max = 0;
        int limit = 0;
        int active = 0;
        int at_door = 0;  ///< have a place here and wait for a shared slot
        Instant changed{};
        bool isOpen() const { return active < limit; }
    };
    struct Place {
        Gate* own = nullptr;  ///< besides the account's; null for most endpoints
        bool submitting = false;
        Instant since{};
        std::string user;  ///< empty for a task that was adopted
    };
    struct Waiter {
        std::string ticket;
        std::string user;
        Gate* own = nullptr;
        bool goes_on = false;
        Resumer resume;
        bool granted = false;
    };
    using WaiterPtr = std::shared_ptr<Waiter>;
    /// The waiting submits of one user, oldest first, by the gate they need.
    using Queue = std::map<Gate*, std::deque<WaiterPtr>>;
    class Awaiter;

    Gate* ownGate(const std::string& endpoint);
    bool isOpenFor(const Gate* own) const;
    Gate& laneOf(Gate* own) { return own == nullptr ? account_ : *own; }
    SlotPools poolsOf(const std::string& endpoint);
    Task<bool> acquireShared(std::string ticket, std::string endpoint, std::stop_token stop);
    void leaveDoor(const std::string& endpoint);
    void enter(const std::string& key, Place place);
    void leave(std::unordered_map<std::string, Place>::iterator place);
    void forgetLost();
    void queue(const WaiterPtr& waiter);
    std::vector<WaiterPtr> grant();
    WaiterPtr nextWaiter();
    bool cancel(const WaiterPtr& waiter);

    const LimiterOptions options_;
    Clock& clock_;
    mutable std::mutex mutex_;  // guards everything below
    Gate account_;
    int submitting_ = 0;
    std::map<std::string, Gate> gates_;
    std::unordered_map<std::string, Place> places_;
    std::unordered_map<std::string, int> served_;  ///< places by user; users with some only
    std::list<std::pair<std::string, Queue>>
        turns_;                       ///< users with waiting submits, next one first
    std::deque<WaiterPtr> going_on_;  ///< waiting submits that no limit of active tasks holds up
};

}  // namespace atelier::bfl
