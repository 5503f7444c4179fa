#include "queue/bullmq/pending_acks.h"

namespace atelier::bullmq {

PendingAcks::~PendingAcks() {
    std::unique_lock lock{mutex_};
    idle_.wait(lock, [this] { return !posted_; });
}

void PendingAcks::add(Ack& ack) {
    const std::lock_guard lock{mutex_};
    acks_.push_back(&ack);
    if (std::exchange(posted_, true)) return;
    client_.post([this] { sendAll(); });
}

PendingAcks::Ack* PendingAcks::take() {
    const std::lock_guard lock{mutex_};
    if (acks_.empty()) return nullptr;
    auto* ack = acks_.front();
    acks_.pop_front();
    return ack;
}

/// Those that nobody took along.
void PendingAcks::sendAll() {
    std::deque<Ack*> acks;
    {
        const std::lock_guard lock{mutex_};
        acks.swap(acks_);
        posted_ = false;
        idle_.notify_all();
    }
    for (auto* ack : acks) spawn(send(*ack));
}

Task<> PendingAcks::send(Ack& ack) {
    auto done = co_await commands_.complete(ack.lease().job.str(), ack.lease().token, clock_.now());
    ack.resolve(std::move(done));
}

}  // namespace atelier::bullmq
