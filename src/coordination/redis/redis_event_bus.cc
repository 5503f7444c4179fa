#include "coordination/redis/redis_event_bus.h"

#include "coordination/redis/keys.h"

namespace atelier {
namespace {
/// In place of a job: there may have been any.
constexpr std::string_view kAnyJob = "*";
}  // namespace

/// A message is `<who published it> <job id or *>`.
struct RedisEventBus::Shared {
    redis::Client& redis;
    const std::string channel;
    const std::string self;
    ListenerTable<JobId> listeners;
    std::atomic<bool> lost{false};  ///< something that was published did not get through

    static Task<> send(std::shared_ptr<Shared> shared, std::string job) {
        for (bool again = true; again;) {
            std::vector<std::string> args{"PUBLISH", shared->channel, shared->self + ' ' + job};
            auto done = co_await shared->redis.command(std::move(args));
            if (!done) shared->lost = true;
            again = done && shared->lost.exchange(false);
            job = std::string{kAnyJob};
        }
    }

    void hear(std::string_view message) {
        const auto space = message.find(' ');
        if (space == message.npos || message.substr(0, space) == self) return;
        const auto job = message.substr(space + 1);
        if (const auto id = JobId::parse(job))
            listeners.call(*id);
        else if (job == kAnyJob)
            listeners.callAll();
    }
};

RedisEventBus::RedisEventBus(redis::Client& redis, const std::string& prefix, std::string self)
    : shared_{new Shared{redis, coordination::key(prefix, "jobs"), std::move(self), {}, {}}},
      channel_{redis.subscribe(
          shared_->channel,
          {
              .on_message = [shared = shared_](std::string_view message) { shared->hear(message); },
              .on_begin =
                  [shared = shared_] {
                      shared->listeners.callAll();
                      if (shared->lost.exchange(false))
                          spawn(Shared::send(shared, std::string{kAnyJob}));
                  },
          })} {}

void RedisEventBus::publish(JobId job) {
    shared_->listeners.call(job);
    spawn(Shared::send(shared_, job.str()));
}

EventBus::Subscription RedisEventBus::subscribe(JobId job, Listener listener) {
    return shared_->listeners.add(job, std::move(listener));
}

}  // namespace atelier
