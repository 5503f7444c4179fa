#include "bfl/limiter.h"

#include <algorithm>

namespace atelier::bfl {
namespace {

/// Submits that wait for a shared slot at a time, for each endpoint with a limit of its own and for
/// all others.
constexpr int kAtDoor = 4;
constexpr auto kAccountPool = "bfl";

}  // namespace

/// Waits for one place; `on_stop` of the coroutine frame cancels it.
class Limiter::Awaiter {
  public:
    Awaiter(Limiter& limiter, std::string ticket, std::string endpoint, std::string user,
            bool goes_on)
        : limiter_{limiter},
          ticket_{std::move(ticket)},
          endpoint_{std::move(endpoint)},
          user_{std::move(user)},
          goes_on_{goes_on} {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> caller) {
        auto waiter =
            std::make_shared<Waiter>(Waiter{ticket_, user_, nullptr, goes_on_, Resumer{caller}});
        std::vector<WaiterPtr> granted;
        {
            const std::lock_guard lock{limiter_.mutex_};
            if (canceled_) return false;
            waiter_ = waiter;
            waiter->own = limiter_.ownGate(endpoint_);
            limiter_.forgetLost();
            limiter_.queue(waiter);
            granted = limiter_.grant();
        }
        // From here on this object may be gone, unless the place is its own at once.
        const bool at_once = std::erase(granted, waiter) > 0;
        for (const auto& other : granted) other->resume();
        return !at_once;
    }
    bool await_resume() const { return waiter_ && waiter_->granted; }

    void cancel() {
        WaiterPtr waiter;
        {
            const std::lock_guard lock{limiter_.mutex_};
            canceled_ = true;
            if (!waiter_ || !limiter_.cancel(waiter_)) return;
            waiter = waiter_;
        }
        waiter->resume();
    }

  private:
    Limiter& limiter_;
    std::string ticket_, endpoint_, user_;
    bool goes_on_;
    WaiterPtr waiter_;
    bool canceled_ = false;
};

Limiter::Limiter(LimiterOptions options, Clock& clock)
    : options_{std::move(options)},
      clock_{clock},
      account_{options_.max_active, options_.max_active} {
    for (const auto& [endpoint, max] : options_.endpoint_limits) gates_[endpoint] = Gate{max, max};
}

Task<bool> Limiter::acquire(std::string ticket, std::string endpoint, std::string user,
                            bool goes_on, std::stop_token stop) {
    Awaiter awaiter{*this, ticket, endpoint, std::move(user), goes_on};
    const auto cancel = [&awaiter] { awaiter.cancel(); };
    std::stop_callback on_stop{stop, cancel};
    const bool granted = co_await awaiter;
    if (!granted || options_.shared == nullptr) co_return granted;
    if (goes_on) {
        options_.shared->adopt(ticket, poolsOf(endpoint));
        co_return true;
    }
    auto waiting = acquireShared(std::move(ticket), std::move(endpoint), std::move(stop));
    const bool shared = co_await waiting;
    co_return shared;
}

Task<bool> Limiter::acquireShared(std::string ticket, std::string endpoint, std::stop_token stop) {
    auto pools = poolsOf(endpoint);
    const bool taken = co_await options_.shared->acquire(ticket, std::move(pools), std::move(stop));
    leaveDoor(endpoint);
    if (!taken) release(ticket);
    co_return taken;
}

void Limiter::leaveDoor(const std::string& endpoint) {
    std::vector<WaiterPtr> granted;
    {
        const std::lock_guard lock{mutex_};
        --laneOf(ownGate(endpoint)).at_door;
        granted = grant();
    }
    for (const auto& waiter : granted) waiter->resume();
}

SlotPools Limiter::poolsOf(const std::string& endpoint) {
    SlotPools pools{{kAccountPool, options_.max_active}};
    const auto own = options_.endpoint_limits.find(endpoint);
    if (own != options_.endpoint_limits.end())
        pools.push_back({std::string{kAccountPool} + endpoint, own->second});
    return pools;
}

void Limiter::rename(const std::string& ticket, const std::string& task_id) {
    std::vector<WaiterPtr> granted;
    {
        const std::lock_guard lock{mutex_};
        const auto place = places_.find(ticket);
        if (place == places_.end()) return;
        if (places_.contains(task_id)) {
            if (options_.shared != nullptr) options_.shared->give(ticket);
            leave(place);
        } else {
            if (options_.shared != nullptr) options_.shared->rename(ticket, task_id);
            auto node = places_.extract(place);
            node.key() = task_id;
            node.mapped().submitting = false;
            places_.insert(std::move(node));
            --submitting_;
        }
        granted = grant();
    }
    for (const auto& waiter : granted) waiter->resume();
}

void Limiter::adopt(const std::string& task_id, const std::string& endpoint) {
    const std::lock_guard lock{mutex_};
    if (places_.contains(task_id)) return;
    enter(task_id, {ownGate(endpoint), /*submitting=*/false, clock_.now(), {}});
    if (options_.shared != nullptr) options_.shared->adopt(task_id, poolsOf(endpoint));
}

void Limiter::forget(const std::string& key) {
    if (options_.shared == nullptr) return;
    options_.shared->forget(key);
    release(key);
}

void Limiter::release(const std::string& key) {
    std::vector<WaiterPtr> granted;
    {
        const std::lock_guard lock{mutex_};
        const auto place = places_.find(key);
        if (place == places_.end()) return;
        if (options_.shared != nullptr) options_.shared->give(key);
        leave(place);
        granted = grant();
    }
    for (const auto& waiter : granted) waiter->resume();
}

void Limiter::lower(const std::string& endpoint) {
    const std::lock_guard lock{mutex_};
    auto* own = ownGate(endpoint);
    auto& gate = own != nullptr ? *own : account_;
    // One refused burst lowers the limit once: the others were sent before it was known.
    const auto now = clock_.now();
    if (gate.limit < gate.max && now - gate.changed < Seconds{1}) return;
    gate.limit = std::max(1, std::min(gate.limit, gate.active) - 1);
    gate.changed = now;
}

void Limiter::recover(const std::string& endpoint) {
    std::vector<WaiterPtr> granted;
    {
        const std::lock_guard lock{mutex_};
        auto* own = ownGate(endpoint);
        auto& gate = own != nullptr ? *own : account_;
        const auto now = clock_.now();
        if (gate.limit >= gate.max || now - gate.changed < options_.recovery) return;
        ++gate.limit;
        gate.changed = now;
        granted = grant();
    }
    for (const auto& waiter : granted) waiter->resume();
}

int Limiter::active() const {
    const std::lock_guard lock{mutex_};
    return account_.active;
}

int Limiter::limit() const {
    const std::lock_guard lock{mutex_};
    return account_.limit;
}

Limiter::Gate* Limiter::ownGate(const std::string& endpoint) {
    const auto gate = gates_.find(endpoint);
    return gate == gates_.end() ? nullptr : &gate->second;
}

bool Limiter::isOpenFor(const Gate* own) const {
    return account_.isOpen() && (own == nullptr || own->isOpen());
}

void Limiter::enter(const std::string& key, Place place) {
    ++account_.active;
    if (place.submitting) ++submitting_;
    if (place.own != nullptr) ++place.own->active;
    ++served_[place.user];
    places_[key] = std::move(place);
}

void Limiter::leave(std::unordered_map<std::string, Place>::iterator place) {
    --account_.active;
    if (place->second.submitting) --submitting_;
    if (place->second.own != nullptr) --place->second.own->active;
    const auto served = served_.find(place->second.user);
    if (--served->second == 0) served_.erase(served);
    places_.erase(place);
}

void Limiter::forgetLost() {
    if (account_.isOpen()) return;
    const auto oldest = clock_.now() - options_.task_lifetime;
    for (auto place = places_.begin(); place != places_.end();) {
        const auto next = std::next(place);
        if (place->second.since < oldest) {
            if (options_.shared != nullptr) options_.shared->give(place->first);
            leave(place);
        }
        place = next;
    }
}

/// A user without a task at the provider comes before those who have some.
void Limiter::queue(const WaiterPtr& waiter) {
    if (waiter->goes_on) {
        going_on_.push_back(waiter);
        return;
    }
    const auto& user = waiter->user;
    auto turn = std::ranges::find(turns_, user, [](const auto& t) { return t.first; });
    if (turn == turns_.end()) {
        const auto before = served_.contains(user)
                                ? turns_.end()
                                : std::ranges::find_if(turns_, [this](const auto& t) {
                                      return served_.contains(t.first);
                                  });
        turn = turns_.insert(before, {user, {}});
    }
    turn->second[waiter->own].push_back(waiter);
}

std::vector<Limiter::WaiterPtr> Limiter::grant() {
    std::vector<WaiterPtr> granted;
    while (auto waiter = nextWaiter()) {
        enter(waiter->ticket, {waiter->own, /*submitting=*/true, clock_.now(), waiter->user});
        if (options_.shared != nullptr && !waiter->goes_on) ++laneOf(waiter->own).at_door;
        waiter->granted = true;
        granted.push_back(std::move(waiter));
    }
    return granted;
}

Limiter::WaiterPtr Limiter::nextWaiter() {
    if (submitting_ >= options_.max_submitting) return nullptr;
    if (!going_on_.empty()) {
        auto waiter = std::move(going_on_.front());
        going_on_.pop_front();
        return waiter;
    }
    if (!account_.isOpen()) return nullptr;
    for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
        auto& queue = turn->second;
        const auto lane = std::ranges::find_if(queue, [&](const auto& l) {
            return isOpenFor(l.first) && laneOf(l.first).at_door < kAtDoor;
        });
        if (lane == queue.end()) continue;
        auto waiter = std::move(lane->second.front());
        lane->second.pop_front();
        if (lane->second.empty()) queue.erase(lane);
        if (queue.empty())
            turns_.erase(turn);
        else
            turns_.splice(turns_.end(), turns_, turn);  // the others first
        return waiter;
    }
    return nullptr;
}

bool Limiter::cancel(const WaiterPtr& waiter) {
    if (waiter->goes_on) return std::erase(going_on_, waiter) > 0;
    for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
        const auto lane = turn->second.find(waiter->own);
        if (lane == turn->second.end() || std::erase(lane->second, waiter) == 0) continue;
        if (lane->second.empty()) turn->second.erase(lane);
        if (turn->second.empty()) turns_.erase(turn);
        return true;
    }
    return false;
}

}  // namespace atelier::bfl
