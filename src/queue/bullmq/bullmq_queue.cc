#include "queue/bullmq/bullmq_queue.h"

#include <fmt/format.h>

#include "queue/bullmq/embedded.h"
#include "queue/bullmq/self_test.h"

namespace atelier {
namespace {

/// Redis handles no more locks in one go without holding up others.
constexpr std::size_t kExtendBatch = 500;
constexpr Millis kPauseAfterFailure{1'000};
constexpr std::string_view kLibrary = "bullmq:";

std::string major(std::string_view version) {
    version.remove_prefix(std::min(version.find(':') + 1, version.size()));
    return std::string{version.substr(0, version.find('.'))};
}

bool isQueued(std::string_view state) {
    return state != "completed" && state != "failed" && state != "unknown";
}

}  // namespace

BullmqQueue::BullmqQueue(std::shared_ptr<redis::Client> client, Clock& clock, Options options,
                         std::unique_ptr<const bullmq::ScriptSet> scripts)
    : client_{std::move(client)},
      clock_{clock},
      options_{std::move(options)},
      scripts_{std::move(scripts)},
      commands_{*client_, *scripts_, bullmq::Keys{options_.prefix, options_.name}},
      acks_{*client_, commands_, clock_} {
    thread_.start();
}

BullmqQueue::~BullmqQueue() {
    std::unique_lock lock{mutex_};
    closing_ = true;
    auto nobody = nobody_;
    lock.unlock();
    nobody.request_stop();
    lock.lock();
    watch_over_.wait(lock, [this] { return !watching_; });
}

Result<std::unique_ptr<BullmqQueue>> BullmqQueue::open(std::shared_ptr<redis::Client> client,
                                                       Clock& clock, Options options) {
    auto loaded = bullmq::ScriptSet::load(bullmq::embeddedScripts());
    if (!loaded) return failure(std::move(loaded.error()));
    auto scripts = std::make_unique<const bullmq::ScriptSet>(std::move(*loaded));
    auto tested = drogon::sync_wait(bullmq::selfTest(*client, *scripts, options.prefix));
    if (!tested) return failure(std::move(tested.error()));
    std::unique_ptr<BullmqQueue> queue{
        new BullmqQueue{std::move(client), clock, std::move(options), std::move(scripts)}};
    const auto version = drogon::sync_wait(queue->commands_.version());
    if (!version) return failure(version.error());
    if (version->empty()) {
        auto set = drogon::sync_wait(
            queue->commands_.setVersion(fmt::format("{}{}", kLibrary, bullmq::embeddedVersion())));
        if (!set) return failure(std::move(set.error()));
    }
    return queue;
}

Task<Result<std::optional<std::string>>> BullmqQueue::foreignVersion() {
    auto version = co_await commands_.version();
    if (!version) co_return failure(std::move(version.error()));
    if (version->empty() || major(*version) == major(bullmq::embeddedVersion()))
        co_return std::optional<std::string>{};
    co_return std::optional{std::move(*version)};
}

/// A finished job of that id, kept to be looked at, makes room for the new one.
Task<Result<>> BullmqQueue::add(JobId job, UserId user, Millis delay) {
    for (int tries = 0; tries < 3; ++tries) {
        auto added = co_await commands_.add(job.str(), user.str(), delay, clock_.now());
        if (!added) co_return failure(std::move(added.error()));
        if (*added) co_return Result<>{};
        auto removed = co_await commands_.remove(job.str());
        if (!removed) co_return failure(std::move(removed.error()));
    }
    co_return failure(ErrorCode::NotReady, "the job could not be queued",
                      "its finished entry cannot be removed");
}

/// Half a lease after the last time, lets jobs with lost leases wait again.
Task<Result<>> BullmqQueue::recover(Millis lease) {
    const auto now = clock_.now();
    const auto interval = lease / 2;
    {
        const std::lock_guard lock{mutex_};
        if (now < next_recovery_) co_return Result<>{};
        next_recovery_ = now + interval;
    }
    // The mark that others need not look is gone before our own next time.
    auto recovered = co_await commands_.recoverStalled(interval * 9 / 10, now);
    if (!recovered) {
        const std::lock_guard lock{mutex_};
        next_recovery_ = now;
    }
    co_return recovered;
}

/// The lease of what was fetched; empty when it was none of ours, which ends as failed.
Task<Result<std::optional<Lease>>> BullmqQueue::accept(Offer offer) {
    const auto& id = offer.fetched.job;
    const auto job = JobId::parse(id);
    if (!job) {
        auto failed = co_await commands_.fail(
            id, offer.token, "not a job of Atelier: its id is not a UUID", clock_.now());
        if (!failed) co_return failure(std::move(failed.error()));
        co_return std::optional<Lease>{};
    }
    if (offer.fetched.failed_elsewhere) {
        auto forgiven = co_await commands_.forgive(id);
        if (!forgiven) co_return failure(std::move(forgiven.error()));
    }
    co_return std::optional{Lease{*job, std::move(offer.token), offer.fetched.starts}};
}

/// The next job, together with an acknowledgement when there is one to send.
Task<Result<BullmqQueue::Offer>> BullmqQueue::fetch(Millis duration) {
    if (auto* ack = acks_.take()) {
        auto token = ack->lease().token;
        auto finished = co_await commands_.completeAndFetch(ack->lease().job.str(), token, duration,
                                                            clock_.now());
        if (!finished) {
            ack->resolve(failure(finished.error()));
            co_return failure(std::move(finished.error()));
        }
        ack->resolve(finished->done);
        if (!finished->next.job.empty())
            co_return Offer{std::move(finished->next), std::move(token)};
    }
    const auto now = clock_.now();
    auto token = Uuid::v7(now).str();
    auto fetched = co_await commands_.fetch(token, duration, now);
    if (!fetched) co_return failure(std::move(fetched.error()));
    co_return Offer{std::move(*fetched), std::move(token)};
}

Task<Result<BullmqQueue::Turn>> BullmqQueue::take(Millis duration, Instant give_up) {
    for (;;) {
        auto recovered = co_await recover(duration);
        if (!recovered) co_return failure(std::move(recovered.error()));
        auto offer = co_await fetch(duration);
        if (!offer) co_return failure(std::move(offer.error()));
        Turn turn;
        if (offer->fetched.job.empty()) {
            turn.look_again = nextLook(offer->fetched, give_up);
            co_return turn;
        }
        auto accepted = co_await accept(std::move(*offer));
        if (!accepted) co_return failure(std::move(accepted.error()));
        if (!*accepted) continue;
        turn.lease = std::move(*accepted);
        co_return turn;
    }
}

/// When it is worth looking again, the marker apart.
Instant BullmqQueue::nextLook(const bullmq::Fetched& nothing, Instant give_up) {
    const std::lock_guard lock{mutex_};
    auto next = std::min(give_up, next_recovery_);
    if (nothing.next_delayed) next = std::min(next, *nothing.next_delayed);
    if (nothing.limited > Millis{0}) next = std::min(next, clock_.now() + nothing.limited);
    return next;
}

Task<Result<std::optional<Lease>>> BullmqQueue::lease(Millis duration, Millis wait,
                                                      std::stop_token stop) {
    const auto give_up = clock_.now() + wait;
    while (!stop.stop_requested()) {
        auto turn = co_await take(duration, give_up);
        if (!turn) co_return failure(std::move(turn.error()));
        if (turn->lease) co_return std::move(turn->lease);
        const auto now = clock_.now();
        if (now >= give_up) break;
        if (now >= turn->look_again) continue;
        const auto waiter = enlist();
        {
            const std::stop_callback pass_on{stop, [waiter] { waiter->request_stop(); }};
            auto woken = waiter->get_token();
            co_await clock_.sleep(turn->look_again - now, std::move(woken));
        }
        dismiss(waiter);
    }
    co_return std::optional<Lease>{};
}

Task<Result<std::vector<JobId>>> BullmqQueue::extend(std::vector<Lease> leases, Millis duration) {
    std::vector<JobId> lost;
    for (std::size_t from = 0; from < leases.size(); from += kExtendBatch) {
        std::vector<std::string> jobs;
        std::vector<std::string> tokens;
        for (std::size_t i = from; i < std::min(from + kExtendBatch, leases.size()); ++i) {
            jobs.push_back(leases[i].job.str());
            tokens.push_back(leases[i].token);
        }
        auto failed = co_await commands_.extend(std::move(jobs), std::move(tokens), duration);
        if (!failed) co_return failure(std::move(failed.error()));
        for (const auto& id : *failed)
            if (const auto job = JobId::parse(id)) lost.push_back(*job);
    }
    auto recovered = co_await recover(duration);
    if (!recovered) co_return failure(std::move(recovered.error()));
    co_return lost;
}

Task<Result<bool>> BullmqQueue::ack(Lease lease) {
    bullmq::PendingAcks::Ack ack{acks_, std::move(lease)};
    auto done = co_await ack;
    co_return done;
}

Task<Result<bool>> BullmqQueue::nack(Lease lease, Millis delay) {
    if (delay > Millis{0})
        return commands_.delay(lease.job.str(), lease.token, delay, clock_.now());
    return commands_.retry(lease.job.str(), lease.token, clock_.now());
}

Task<Result<bool>> BullmqQueue::remove(JobId job) {
    auto state = co_await commands_.state(job.str());
    if (!state) co_return failure(std::move(state.error()));
    if (!isQueued(*state)) co_return false;
    auto removed = co_await commands_.remove(job.str());
    co_return removed;
}

Task<Result<bool>> BullmqQueue::contains(JobId job) {
    auto state = co_await commands_.state(job.str());
    if (!state) co_return failure(std::move(state.error()));
    co_return isQueued(*state);
}

Task<Result<std::optional<std::int64_t>>> BullmqQueue::position(JobId job) {
    return commands_.position(job.str());
}

Task<Result<QueueDepth>> BullmqQueue::depth() {
    return commands_.depth(clock_.now());
}

BullmqQueue::Waiter BullmqQueue::enlist() {
    auto waiter = std::make_shared<std::stop_source>();
    const std::lock_guard lock{mutex_};
    waiters_.push_back(waiter);
    if (!watching_ && !closing_) {
        watching_ = true;
        nobody_ = std::stop_source{};
        thread_.post([this] { spawn(watch()); });
    }
    return waiter;
}

void BullmqQueue::dismiss(const Waiter& waiter) {
    std::stop_source nobody{std::nostopstate};
    {
        const std::lock_guard lock{mutex_};
        std::erase(waiters_, waiter);
        if (waiters_.empty() && watching_) nobody = nobody_;
    }
    nobody.request_stop();
}

/// Lets one waiter look: there is a job for it, or an earlier moment to look at.
void BullmqQueue::wakeOne() {
    Waiter waiter;
    {
        const std::lock_guard lock{mutex_};
        if (waiters_.empty()) return;
        waiter = std::move(waiters_.front());
        waiters_.pop_front();
    }
    waiter->request_stop();
}

bool BullmqQueue::stillWatched() {
    const std::lock_guard lock{mutex_};
    if (!waiters_.empty() && !closing_) {
        // Those who left may have stopped the last round.
        if (nobody_.stop_requested()) nobody_ = std::stop_source{};
        return true;
    }
    watching_ = false;
    watch_over_.notify_all();
    return false;
}

/// Waits for markers on behalf of all waiters, as long as there are any.
Task<> BullmqQueue::watch() {
    while (stillWatched()) co_await watchOnce();
}

Task<> BullmqQueue::watchOnce() {
    std::stop_token nobody;
    {
        const std::lock_guard lock{mutex_};
        nobody = nobody_.get_token();
    }
    auto marker = co_await commands_.awaitMarker(options_.look_again, nobody);
    if (!marker) {
        // The waiters learn by themselves what is wrong, one after the other.
        wakeOne();
        co_await clock_.sleep(kPauseAfterFailure, nobody);
        co_return;
    }
    bool anyone = false;
    {
        const std::lock_guard lock{mutex_};
        anyone = !waiters_.empty();
    }
    if (anyone) {
        wakeOne();
    } else if (*marker) {
        co_await commands_.putMarker();
    }
}

}  // namespace atelier
