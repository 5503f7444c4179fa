#include "service/webhooks/webhook_outbox.h"

#include <algorithm>

#include <fmt/format.h>

namespace atelier {
namespace {

constexpr int kOutboxBatch = 200;

bool wants(const Webhook& webhook, const std::string& event) {
    return webhook.enabled && std::ranges::find(webhook.events, event) != webhook.events.end();
}

}  // namespace

Task<Result<int>> WebhookOutbox::run() {
    auto ended = co_await parts_.store.listUnannounced(kOutboxBatch);
    if (!ended) co_return failure(std::move(ended.error()));
    int announced = 0;
    for (auto& job : *ended) {
        auto done = co_await announce(std::move(job));
        if (!done) co_return failure(std::move(done.error()));
        ++announced;
    }
    co_return announced;
}

WebhookDelivery WebhookOutbox::draft(UserId user, std::string_view event, std::string cause) {
    WebhookDelivery delivery;
    delivery.user_id = user;
    delivery.event = event;
    delivery.once = fmt::format("{}:{}", event, cause);
    delivery.created_at = parts_.clock.now();
    delivery.next_attempt_at = delivery.created_at;
    return delivery;
}

Task<Result<>> WebhookOutbox::sendTo(std::vector<Webhook> webhooks, WebhookDelivery draft) {
    for (const auto& webhook : webhooks) {
        if (!wants(webhook, draft.event)) continue;
        auto delivery = draft;
        delivery.id = parts_.ids.make<DeliveryId>();
        delivery.webhook_id = webhook.id;
        delivery.url = webhook.url;
        delivery.once += ":" + webhook.id.str();
        auto stored = co_await parts_.store.insertDelivery(std::move(delivery));
        if (!stored) co_return failure(std::move(stored.error()));
    }
    co_return Result<>{};
}

Task<Result<>> WebhookOutbox::announce(Job job) {
    auto webhooks = co_await parts_.store.listWebhooks(job.user_id);
    if (!webhooks) co_return failure(std::move(webhooks.error()));
    auto delivery = draft(job.user_id, webhookEventOf(job.status), job.id.str());
    delivery.job_id = job.id;
    auto sent = co_await sendTo(*webhooks, delivery);
    if (!sent) co_return failure(std::move(sent.error()));
    if (job.request.webhook_url) {
        delivery.id = parts_.ids.make<DeliveryId>();
        delivery.url = *job.request.webhook_url;
        delivery.once += ":job";
        auto stored = co_await parts_.store.insertDelivery(std::move(delivery));
        if (!stored) co_return failure(std::move(stored.error()));
    }
    auto low = co_await announceCredits(job, std::move(*webhooks));
    if (!low) co_return failure(std::move(low.error()));
    job.announced = true;
    auto saved = co_await parts_.store.updateJob(std::move(job));
    // Someone else was faster: the job is found again if it is still not announced.
    if (!saved && saved.error().code != ErrorCode::Conflict)
        co_return failure(std::move(saved.error()));
    co_return Result<>{};
}

Task<Result<>> WebhookOutbox::announceCredits(Job job, std::vector<Webhook> webhooks) {
    if (job.credits_used == 0 || webhooks.empty()) co_return Result<>{};
    auto user = co_await parts_.store.findUser(job.user_id);
    if (!user) co_return failure(std::move(user.error()));
    if (!*user || (*user)->credits_left >= parts_.low_credits) co_return Result<>{};
    // Once a day, so that the last credits do not bring a message each.
    const auto day = toRfc3339(parts_.clock.now()).substr(0, 10);
    auto delivery = draft(job.user_id, webhook_event::kCreditsLow, job.user_id.str() + ":" + day);
    delivery.data["creditsLeft"] = (*user)->credits_left;
    delivery.data["threshold"] = parts_.low_credits;
    auto sent = co_await sendTo(std::move(webhooks), std::move(delivery));
    co_return sent;
}

}  // namespace atelier
