#include "redis/subscriptions.h"

#include <algorithm>

#include "redis/faults.h"

namespace atelier::redis {
namespace {

/// Subscribed to again and again: Redis answers, so a dead connection is found out. Nobody
/// publishes on it.
constexpr auto kHeartbeat = "atelier:heartbeat";
constexpr Millis kBeatEvery{3'000};
constexpr Millis kDeadAfter{8'000};

}  // namespace

Subscriptions::Subscriptions(EpollLoop& loop, RedisUrl url, std::string name)
    : loop_{loop},
      connection_{loop,
                  std::move(url),
                  {.name = std::move(name),
                   .on_ready = [this] { onReady(); },
                   .on_lost = [this] { loop_.cancel(beat_); },
                   .on_push = [this](Reply reply) { onPush(reply); }}} {}

void Subscriptions::add(const std::string& channel, std::shared_ptr<const Listener> listener) {
    seats_[channel].push_back({std::move(listener)});
    connection_.connect();
    connection_.push({"SUBSCRIBE", channel});
}

void Subscriptions::remove(const std::string& channel, const Listener* listener) {
    const auto found = seats_.find(channel);
    if (found == seats_.end()) return;
    std::erase_if(found->second,
                  [listener](const Seat& seat) { return seat.listener.get() == listener; });
    if (!found->second.empty()) return;
    seats_.erase(found);
    connection_.push({"UNSUBSCRIBE", channel});
}

void Subscriptions::close() {
    loop_.cancel(beat_);
    connection_.close();
}

void Subscriptions::onReady() {
    for (auto& [channel, seats] : seats_) {
        for (auto& seat : seats) seat.begun = false;
        connection_.push({"SUBSCRIBE", channel});
    }
    heard_ = std::chrono::steady_clock::now();
    beat();
}

void Subscriptions::beat() {
    if (std::chrono::steady_clock::now() - heard_ > kDeadAfter)
        return connection_.drop(notReady("Redis does not answer in time", ""));
    connection_.push({"SUBSCRIBE", kHeartbeat});
    beat_ = loop_.after(kBeatEvery, [this] { beat(); });
}

/// ["subscribe", channel, count] or ["message", channel, text].
void Subscriptions::onPush(const Reply& reply) {
    heard_ = std::chrono::steady_clock::now();
    if (reply.isFault()) return connection_.drop(toError(reply.text, ""));
    if (reply.items.size() != 3) return;
    const auto found = seats_.find(reply.items[1].text);
    if (found == seats_.end()) return;
    // Who listens may end while being told.
    auto seats = found->second;
    if (reply.items[0].text == "message") {
        for (const auto& seat : seats) seat.listener->on_message(reply.items[2].text);
    } else if (reply.items[0].text == "subscribe") {
        for (auto& seat : found->second) seat.begun = true;
        for (const auto& seat : seats) {
            if (!seat.begun && seat.listener->on_begin) seat.listener->on_begin();
        }
    }
}

}  // namespace atelier::redis
