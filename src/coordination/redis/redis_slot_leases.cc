#include "coordination/redis/redis_slot_leases.h"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <random>
#include <unordered_map>

#include "coordination/redis/keys.h"
#include "coordination/redis/slot_scripts.h"

namespace atelier {
namespace {

constexpr std::size_t kBatch = 500;
/// In the time of a lease.
constexpr int kRenewals = 5;
/// Between two looks at a full pool when nobody tells of a free slot, as after the death of a
/// process.
constexpr Millis kShortestWait{1'000};
constexpr Millis kLongestWait{2'500};

}  // namespace

class RedisSlotLeases::Shared : public std::enable_shared_from_this<Shared> {
  public:
    Shared(redis::Client& redis, std::string prefix, Millis lease, Clock& clock)
        : channel_{coordination::key(prefix, "slots-freed")},
          redis_{redis},
          prefix_{std::move(prefix)},
          lease_{lease},
          clock_{clock} {}

    const std::string& channel() const { return channel_; }

    Task<bool> acquire(std::string holder, SlotPools pools, std::stop_token stop);
    void adopt(const std::string& holder, SlotPools pools);
    void rename(const std::string& holder, const std::string& successor);
    void give(const std::string& holder);
    void forget(const std::string& holder);

    void wakeWaiting();
    void renewAll();
    static Task<> renewLoop(std::shared_ptr<Shared> self);
    void stop() { stop_.request_stop(); }

  private:
    using Waiting = std::list<std::stop_source>;

    std::vector<std::string> keysOf(const SlotPools& pools) const;
    std::string leaseMs() const { return std::to_string(lease_.count()); }
    /// Sends without waiting; where it fails the lease ends, or the next renewal makes it good.
    /// Called with `mutex_` locked, so that what concerns a holder reaches Redis in order.
    void send(const redis::Script& script, std::vector<std::string> keys,
              std::vector<std::string> args);
    static Task<> sendAndForget(std::shared_ptr<Shared> self, const redis::Script& script,
                                std::vector<std::string> keys, std::vector<std::string> args);
    Task<Result<bool>> take(std::string holder, SlotPools pools);
    Millis pause();

    const std::string channel_;
    redis::Client& redis_;
    const std::string prefix_;
    const Millis lease_;
    Clock& clock_;
    std::stop_source stop_;
    std::mutex mutex_;
    std::unordered_map<std::string, SlotPools> held_;  // guarded by mutex_
    Waiting waiting_;                                  // guarded by mutex_
    std::mt19937_64 random_{std::random_device{}()};   // guarded by mutex_
};

std::vector<std::string> RedisSlotLeases::Shared::keysOf(const SlotPools& pools) const {
    std::vector<std::string> keys;
    for (const auto& pool : pools) keys.push_back(coordination::key(prefix_, "slots", pool.name));
    return keys;
}

Task<> RedisSlotLeases::Shared::sendAndForget(std::shared_ptr<Shared> self,
                                              const redis::Script& script,
                                              std::vector<std::string> keys,
                                              std::vector<std::string> args) {
    auto reply = co_await self->redis_.run(script, std::move(keys), std::move(args));
    (void)reply;
}

void RedisSlotLeases::Shared::send(const redis::Script& script, std::vector<std::string> keys,
                                   std::vector<std::string> args) {
    spawn(sendAndForget(shared_from_this(), script, std::move(keys), std::move(args)));
}

Task<Result<bool>> RedisSlotLeases::Shared::take(std::string holder, SlotPools pools) {
    std::vector<std::string> args{std::move(holder), leaseMs()};
    for (const auto& pool : pools) args.push_back(std::to_string(pool.limit));
    auto reply = co_await redis_.run(coordination::takeSlots(), keysOf(pools), std::move(args));
    if (!reply) co_return failure(std::move(reply.error()));
    co_return reply->number() == 1;
}

Millis RedisSlotLeases::Shared::pause() {
    const std::lock_guard lock{mutex_};
    return Millis{std::uniform_int_distribution<Millis::rep>{kShortestWait.count(),
                                                             kLongestWait.count()}(random_)};
}

Task<bool> RedisSlotLeases::Shared::acquire(std::string holder, SlotPools pools,
                                            std::stop_token stop) {
    while (!stop.stop_requested()) {
        // Listed before the look, so that a slot given back after it is not missed.
        std::stop_source woken;
        Waiting::iterator listed;
        {
            const std::lock_guard lock{mutex_};
            listed = waiting_.insert(waiting_.end(), woken);
        }
        auto taken = co_await take(holder, pools);
        const bool has = taken && *taken;
        if (!has) {
            std::stop_callback on_stop{stop, [woken]() mutable { woken.request_stop(); }};
            co_await clock_.sleep(pause(), woken.get_token());
        }
        const std::lock_guard lock{mutex_};
        waiting_.erase(listed);
        if (!has) continue;
        held_[holder] = pools;
        co_return true;
    }
    const std::lock_guard lock{mutex_};
    send(coordination::giveSlots(), keysOf(pools),
         {holder, channel_});  // an answer may have been lost
    co_return false;
}

void RedisSlotLeases::Shared::adopt(const std::string& holder, SlotPools pools) {
    const std::lock_guard lock{mutex_};
    for (const auto& key : keysOf(pools))
        send(coordination::renewSlots(), {key}, {leaseMs(), holder});
    held_[holder] = std::move(pools);
}

void RedisSlotLeases::Shared::rename(const std::string& holder, const std::string& successor) {
    const std::lock_guard lock{mutex_};
    auto node = held_.extract(holder);
    if (node.empty()) return;
    send(coordination::renameSlots(), keysOf(node.mapped()), {holder, successor, leaseMs()});
    node.key() = successor;
    held_.insert(std::move(node));
}

void RedisSlotLeases::Shared::give(const std::string& holder) {
    const std::lock_guard lock{mutex_};
    const auto node = held_.extract(holder);
    if (!node.empty()) send(coordination::giveSlots(), keysOf(node.mapped()), {holder, channel_});
}

void RedisSlotLeases::Shared::forget(const std::string& holder) {
    const std::lock_guard lock{mutex_};
    held_.erase(holder);
}

void RedisSlotLeases::Shared::wakeWaiting() {
    std::vector<std::stop_source> woken;
    {
        const std::lock_guard lock{mutex_};
        woken.assign(waiting_.begin(), waiting_.end());
    }
    for (auto& one : woken) one.request_stop();
}

void RedisSlotLeases::Shared::renewAll() {
    const std::lock_guard lock{mutex_};
    std::map<std::string, std::vector<std::string>> by_pool;
    const auto flush = [&](const std::string& pool, std::vector<std::string>& args) {
        send(coordination::renewSlots(), {pool}, std::move(args));
        args.clear();
    };
    for (const auto& [holder, pools] : held_) {
        for (const auto& key : keysOf(pools)) {
            auto& args = by_pool[key];
            if (args.empty()) args.push_back(leaseMs());
            args.push_back(holder);
            if (args.size() > kBatch) flush(key, args);
        }
    }
    for (auto& [pool, args] : by_pool)
        if (!args.empty()) flush(pool, args);
}

Task<> RedisSlotLeases::Shared::renewLoop(std::shared_ptr<Shared> self) {
    for (;;) {
        const bool due =
            co_await self->clock_.sleep(self->lease_ / kRenewals, self->stop_.get_token());
        if (!due) co_return;
        self->renewAll();
    }
}

RedisSlotLeases::RedisSlotLeases(redis::Client& redis, std::string prefix, Millis lease,
                                 Clock& clock)
    : shared_{std::make_shared<Shared>(redis, std::move(prefix), lease, clock)},
      freed_{redis.subscribe(
          shared_->channel(),
          {
              .on_message = [shared = shared_](std::string_view) { shared->wakeWaiting(); },
              .on_begin =
                  [shared = shared_] {
                      shared->renewAll();
                      shared->wakeWaiting();
                  },
          })} {
    spawn(Shared::renewLoop(shared_));
}

RedisSlotLeases::~RedisSlotLeases() {
    shared_->stop();
}

Task<bool> RedisSlotLeases::acquire(std::string holder, SlotPools pools, std::stop_token stop) {
    return shared_->acquire(std::move(holder), std::move(pools), std::move(stop));
}

void RedisSlotLeases::adopt(const std::string& holder, SlotPools pools) {
    shared_->adopt(holder, std::move(pools));
}

void RedisSlotLeases::rename(const std::string& holder, const std::string& successor) {
    shared_->rename(holder, successor);
}

void RedisSlotLeases::give(const std::string& holder) {
    shared_->give(holder);
}

void RedisSlotLeases::forget(const std::string& holder) {
    shared_->forget(holder);
}

}  // namespace atelier
