#include "queue/local/fair_schedule.h"

#include <algorithm>

namespace atelier {

using State = FairSchedule::Entry::State;

std::int64_t& FairSchedule::counter(State state) {
    switch (state) {
        case State::Waiting:
            return depth_.waiting;
        case State::Delayed:
            return depth_.delayed;
        case State::Leased:
            return depth_.active;
    }
    return depth_.waiting;
}

/// Puts an entry of `entries_` where its state says.
void FairSchedule::enter(Entry& entry) {
    ++counter(entry.state);
    if (entry.state != State::Waiting) {
        changes_.emplace(entry.change_at, entry.job);
        return;
    }
    auto& line = lines_[entry.user];
    if (line.jobs.empty()) line.turn = ring_.insert(ring_.end(), &line);
    line.jobs.emplace(entry.seq, entry.job);
}

void FairSchedule::leave(Entry& entry) {
    --counter(entry.state);
    if (entry.state != State::Waiting) {
        changes_.erase({entry.change_at, entry.job});
        return;
    }
    const auto line = lines_.find(entry.user);
    line->second.jobs.erase(entry.seq);
    if (!line->second.jobs.empty()) return;
    ring_.erase(line->second.turn);
    lines_.erase(line);
}

void FairSchedule::add(Entry entry) {
    const auto [it, added] = entries_.try_emplace(entry.job, entry);
    if (added) enter(it->second);
}

void FairSchedule::advanceTo(Instant now) {
    while (!changes_.empty() && changes_.begin()->first <= now) {
        auto& entry = entries_.at(changes_.begin()->second);
        leave(entry);
        entry.state = State::Waiting;
        entry.token.clear();
        enter(entry);
    }
}

std::optional<Instant> FairSchedule::nextChange() const {
    if (changes_.empty()) return std::nullopt;
    return changes_.begin()->first;
}

std::optional<Lease> FairSchedule::take(Instant until, std::string token) {
    if (ring_.empty()) return std::nullopt;
    const auto& line = *ring_.front();
    const bool last = line.jobs.size() == 1;
    auto& entry = entries_.at(line.jobs.begin()->second);
    leave(entry);
    if (!last) ring_.splice(ring_.end(), ring_, ring_.begin());
    entry.state = State::Leased;
    entry.change_at = until;
    entry.token = std::move(token);
    ++entry.attempt;
    enter(entry);
    return Lease{entry.job, entry.token, entry.attempt};
}

const FairSchedule::Entry* FairSchedule::findLeased(const Lease& lease) const {
    const auto it = entries_.find(lease.job);
    const bool held = it != entries_.end() && it->second.state == State::Leased &&
                      it->second.token == lease.token;
    return held ? &it->second : nullptr;
}

bool FairSchedule::extend(const Lease& lease, Instant until) {
    if (!holds(lease)) return false;
    auto& entry = entries_.at(lease.job);
    leave(entry);
    entry.change_at = until;
    enter(entry);
    return true;
}

bool FairSchedule::giveBack(const Lease& lease, Instant due, Instant now) {
    if (!holds(lease)) return false;
    auto& entry = entries_.at(lease.job);
    leave(entry);
    entry.state = due > now ? State::Delayed : State::Waiting;
    entry.change_at = due;
    entry.token.clear();
    enter(entry);
    return true;
}

std::optional<FairSchedule::Entry> FairSchedule::extract(const Lease& lease) {
    if (!holds(lease)) return std::nullopt;
    auto node = entries_.extract(lease.job);
    leave(node.mapped());
    return std::move(node.mapped());
}

std::optional<FairSchedule::Entry> FairSchedule::extractIdle(JobId job) {
    const auto it = entries_.find(job);
    if (it == entries_.end() || it->second.state == State::Leased) return std::nullopt;
    leave(it->second);
    auto node = entries_.extract(it);
    return std::move(node.mapped());
}

/// In each round every user of the ring has one turn: before the job with `own` others of its user
/// in front come `own + 1` rounds of the users ahead in the ring and `own` rounds of those behind,
/// as far as they have jobs.
std::optional<std::int64_t> FairSchedule::position(JobId job) const {
    const auto it = entries_.find(job);
    if (it == entries_.end() || it->second.state != State::Waiting) return std::nullopt;
    const auto& line = lines_.at(it->second.user);
    // From behind: most ask for a job that has just come.
    const auto behind = std::distance(line.jobs.find(it->second.seq), line.jobs.end());
    const std::int64_t own = std::ssize(line.jobs) - behind;
    std::int64_t before = own;
    std::int64_t rounds = own + 1;
    for (const auto* other : ring_) {
        if (other == &line) {
            rounds = own;
            continue;
        }
        before += std::min(rounds, std::ssize(other->jobs));
    }
    return before;
}

}  // namespace atelier
