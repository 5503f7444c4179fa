#pragma once

#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "ports/job_queue.h"

namespace atelier {

/// Who works on what and who is next: the local queue's state, in memory. Users with waiting jobs
/// stand in a ring and take turns; the jobs of one user go in order of arrival. Not thread-safe.
class FairSchedule {
  public:
    struct Entry {
        enum class State { Waiting, Delayed, Leased };
        JobId job;
        UserId user;
        std::int64_t seq = 0;  ///< order of arrival
        int attempt = 0;       ///< deliveries so far
        State state = State::Waiting;
        Instant change_at{};  ///< when a delay or a lease ends
        std::string token;    ///< of the lease
    };

    /// A job that is there already is left as it is.
    void add(Entry entry);

    /// Ends delays and leases whose time has come. Everything below expects it to have been called
    /// for now.
    void advanceTo(Instant now);
    /// When the next delay or lease ends.
    std::optional<Instant> nextChange() const;

    /// Leases the next waiting job until `until`.
    std::optional<Lease> take(Instant until, std::string token);
    bool holds(const Lease& lease) const { return findLeased(lease) != nullptr; }
    /// False when the lease was lost.
    bool extend(const Lease& lease, Instant until);
    /// Ends a lease; the job waits, from `due` on. False when the lease was lost.
    bool giveBack(const Lease& lease, Instant due, Instant now);
    /// Takes the job out; empty when the lease was lost.
    std::optional<Entry> extract(const Lease& lease);
    /// Takes out a job that is not leased; empty otherwise.
    std::optional<Entry> extractIdle(JobId job);

    bool contains(JobId job) const { return entries_.contains(job); }
    bool hasWaiting() const { return !ring_.empty(); }
    std::optional<std::int64_t> position(JobId job) const;
    QueueDepth depth() const { return depth_; }

  private:
    /// One user's waiting jobs by seq, and the user's place in the ring.
    struct Line {
        std::map<std::int64_t, JobId> jobs;
        std::list<const Line*>::iterator turn;
    };

    const Entry* findLeased(const Lease& lease) const;
    void enter(Entry& entry);
    void leave(Entry& entry);
    std::int64_t& counter(Entry::State state);

    std::unordered_map<JobId, Entry> entries_;
    std::unordered_map<UserId, Line> lines_;  // users with waiting jobs only
    std::list<const Line*> ring_;             // the same lines; the front one is next
    std::set<std::pair<Instant, JobId>> changes_;
    QueueDepth depth_;
};

}  // namespace atelier
