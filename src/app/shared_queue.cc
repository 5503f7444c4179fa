#include "app/shared_queue.h"

#include <fmt/format.h>

#include "queue/bullmq/bullmq_queue.h"
#include "queue/bullmq/embedded.h"

namespace atelier {
namespace {

struct Opened {
    std::shared_ptr<redis::Client> client;
    std::unique_ptr<BullmqQueue> queue;
};

Result<Opened> open(const RedisSettings& settings, Clock& clock) {
    auto url = redis::parseRedisUrl(*settings.url);
    if (!url) return failure(std::move(url.error()));
    auto client = redis::Client::open(
        std::move(*url), {.name = "atelier-queue", .blocking_name = "atelier-queue-wait"});
    if (!client) return failure(std::move(client.error()));
    Opened opened{std::move(*client), nullptr};
    auto queue = BullmqQueue::open(opened.client, clock, {.prefix = settings.queue_prefix});
    if (!queue) return failure(std::move(queue.error()));
    opened.queue = std::move(*queue);
    return opened;
}

std::string valueOf(const std::string& info, std::string_view name) {
    const auto at = info.find(fmt::format("{}:", name));
    if (at == std::string::npos) return {};
    const auto value = at + name.size() + 1;
    return info.substr(value, info.find_first_of("\r\n", value) - value);
}

}  // namespace

Result<std::unique_ptr<JobQueue>> openSharedQueue(const RedisSettings& settings, Clock& clock) {
    auto opened = open(settings, clock);
    if (!opened) return failure(std::move(opened.error()));
    return std::move(opened->queue);
}

Result<SharedQueueState> examineSharedQueue(const RedisSettings& settings, Clock& clock) {
    auto opened = open(settings, clock);
    if (!opened) return failure(std::move(opened.error()));
    const auto& [client, queue] = *opened;
    SharedQueueState state;
    state.server = fmt::format("Redis {} at {}", client->serverVersion(), client->where());
    const auto depth = drogon::sync_wait(queue->depth());
    if (!depth) return failure(depth.error());
    state.depth = *depth;
    const auto foreign = drogon::sync_wait(queue->foreignVersion());
    if (!foreign) return failure(foreign.error());
    if (*foreign)
        state.warnings.push_back(fmt::format(
            "the queue was last used by {}, whose major version is not that of {}: jobs get lost "
            "when one of them pauses the queue",
            **foreign, builtInBullmq()));
    const auto memory = drogon::sync_wait(client->command({"INFO", "memory"}));
    if (!memory) return failure(memory.error());
    const auto policy = valueOf(memory->text, "maxmemory_policy");
    if (!policy.empty() && policy != "noeviction")
        state.warnings.push_back(fmt::format(
            "Redis may throw jobs away: its maxmemory-policy is {}, not noeviction", policy));
    return state;
}

std::string_view builtInBullmq() {
    return bullmq::embeddedVersion();
}

std::string_view builtInBullmqLicence() {
    return bullmq::embeddedLicence();
}

}  // namespace atelier
