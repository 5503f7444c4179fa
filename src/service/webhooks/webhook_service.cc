#include "service/webhooks/webhook_service.h"

#include <fmt/format.h>

namespace atelier {
namespace {

using namespace webhook_event;

std::vector<std::string> allEvents() {
    return {std::string{kJobSucceeded}, std::string{kJobFailed}, std::string{kJobCanceled},
            std::string{kCreditsLow}};
}

Result<> checkUrl(const UrlGuard& urls, const std::string& url) {
    auto checked = urls.check(url);
    if (!checked) checked.error().fields = {{"/url", checked.error().detail}};
    return checked;
}

/// Two secrets sign at a time: another rotation would break what the one before promised.
Result<> checkRotation(const Webhook& webhook, Millis overlap, Instant now) {
    const auto until = webhook.previous_until;
    if (!until || *until <= now || overlap == Millis{0}) return {};
    return failure(
        ErrorCode::Conflict,
        fmt::format("the secret before this one signs until {}; rotate again after that, or end it "
                    "with \"overlap\": 0, which ends the present one too",
                    toRfc3339(*until)));
}

void apply(Webhook& webhook, ChangeWebhook in) {
    if (in.url && *in.url != webhook.url) {
        webhook.url = std::move(*in.url);
        forgetFailures(webhook);  // they were those of the old address
    }
    if (in.events) webhook.events = std::move(*in.events);
    if (in.description) webhook.description = std::move(in.description);
    if (!in.enabled) return;
    if (*in.enabled) {
        forgetFailures(webhook);
        webhook.disabled_at.reset();
        webhook.disabled_reason.reset();
    }
    webhook.enabled = *in.enabled;
}

}  // namespace

Task<Result<WebhookWithSecret>> WebhookService::create(Caller caller, CreateWebhook in) {
    if (auto checked = checkUrl(urls_, in.url); !checked)
        co_return failure(std::move(checked.error()));
    Webhook webhook;
    webhook.id = ids_.make<WebhookId>();
    webhook.user_id = caller.user->id;
    webhook.url = std::move(in.url);
    webhook.events = in.events ? std::move(*in.events) : allEvents();
    webhook.description = std::move(in.description);
    webhook.created_at = clock_.now();
    auto stored = co_await store_.insertWebhook(webhook, kMostWebhooks);
    if (!stored) co_return failure(std::move(stored.error()));
    if (!*stored)
        co_return failure(ErrorCode::ValidationFailed,
                          fmt::format("there are {} webhooks already; remove one", kMostWebhooks));
    auto secret = secrets_.current(webhook);
    co_return WebhookWithSecret{std::move(webhook), std::move(secret)};
}

Task<Result<Webhook>> WebhookService::find(UserId owner, WebhookId id) {
    auto found = co_await store_.findWebhook(owner, id);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found)
        co_return failure(ErrorCode::NotFound, "no webhook " + id.str() + " in this account");
    co_return std::move(**found);
}

Task<Result<Webhook>> WebhookService::findEnabled(UserId owner, WebhookId id) {
    auto webhook = co_await find(owner, id);
    if (webhook && !webhook->enabled)
        co_return failure(ErrorCode::WebhookDisabled,
                          "the webhook is switched off; switch it on first");
    co_return webhook;
}

Task<Result<Webhook>> WebhookService::save(UserId owner, WebhookId id, ChangeWebhook in,
                                           std::optional<Millis> rotate) {
    for (;;) {
        auto webhook = co_await find(owner, id);
        if (!webhook) co_return failure(std::move(webhook.error()));
        apply(*webhook, in);
        if (rotate) {
            if (auto may = checkRotation(*webhook, *rotate, clock_.now()); !may)
                co_return failure(std::move(may.error()));
            ++webhook->generation;
            webhook->previous_until = clock_.now() + *rotate;
        }
        auto version = co_await store_.updateWebhook(*webhook);
        if (!version && version.error().code == ErrorCode::Conflict) continue;
        if (!version) co_return failure(std::move(version.error()));
        webhook->version = *version;
        co_return std::move(*webhook);
    }
}

Task<Result<Webhook>> WebhookService::change(UserId owner, WebhookId id, ChangeWebhook in) {
    if (in.url) {
        auto checked = checkUrl(urls_, *in.url);
        if (!checked) co_return failure(std::move(checked.error()));
    }
    auto saved = co_await save(owner, id, std::move(in), std::nullopt);
    co_return saved;
}

Task<Result<>> WebhookService::remove(UserId owner, WebhookId id) {
    auto removed = co_await store_.removeWebhook(owner, id);
    if (!removed) co_return failure(std::move(removed.error()));
    if (!*removed)
        co_return failure(ErrorCode::NotFound, "no webhook " + id.str() + " in this account");
    co_return Result<>{};
}

Task<Result<WebhookWithSecret>> WebhookService::rotate(UserId owner, WebhookId id, Millis overlap) {
    auto webhook = co_await save(owner, id, {}, overlap);
    if (!webhook) co_return failure(std::move(webhook.error()));
    auto secret = secrets_.current(*webhook);
    co_return WebhookWithSecret{std::move(*webhook), std::move(secret)};
}

Task<Result<Page<WebhookDelivery>>> WebhookService::deliveries(UserId owner, WebhookId id,
                                                               PageRequest page) {
    auto webhook = co_await find(owner, id);
    if (!webhook) co_return failure(std::move(webhook.error()));
    auto listed = co_await store_.listDeliveries(id, std::move(page));
    co_return listed;
}

Task<Result<WebhookDelivery>> WebhookService::test(UserId owner, WebhookId id) {
    auto webhook = co_await findEnabled(owner, id);
    if (!webhook) co_return failure(std::move(webhook.error()));
    WebhookDelivery delivery;
    delivery.id = ids_.make<DeliveryId>();
    delivery.user_id = owner;
    delivery.webhook_id = id;
    delivery.url = webhook->url;
    delivery.once = "test:" + delivery.id.str();
    delivery.event = kTest;
    delivery.data["webhookId"] = id.str();
    delivery.created_at = clock_.now();
    delivery.next_attempt_at = delivery.created_at;
    auto stored = co_await store_.insertDelivery(delivery);
    if (!stored) co_return failure(std::move(stored.error()));
    co_return delivery;
}

Task<Result<WebhookDelivery>> WebhookService::findDelivery(UserId owner, DeliveryId id) {
    auto found = co_await store_.findDelivery(id);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found || (*found)->user_id != owner)
        co_return failure(ErrorCode::NotFound, "no delivery " + id.str() + " in this account");
    co_return std::move(**found);
}

Task<Result<WebhookDelivery>> WebhookService::sendAgain(WebhookDelivery delivery) {
    for (;;) {
        delivery.status = DeliveryStatus::Pending;
        delivery.tries = 0;
        delivery.next_attempt_at = clock_.now();
        auto version = co_await store_.updateDelivery(delivery);
        if (version) {
            delivery.version = *version;
            co_return delivery;
        }
        if (version.error().code != ErrorCode::Conflict)
            co_return failure(std::move(version.error()));
        auto again = co_await findDelivery(delivery.user_id, delivery.id);
        if (!again) co_return failure(std::move(again.error()));
        delivery = std::move(*again);
    }
}

Task<Result<WebhookDelivery>> WebhookService::redeliver(UserId owner, WebhookId id,
                                                        DeliveryId delivery) {
    auto webhook = co_await findEnabled(owner, id);
    if (!webhook) co_return failure(std::move(webhook.error()));
    auto found = co_await findDelivery(owner, delivery);
    if (!found) co_return failure(std::move(found.error()));
    if (found->webhook_id != id)
        co_return failure(ErrorCode::NotFound,
                          "no delivery " + delivery.str() + " to this webhook");
    auto again = co_await sendAgain(std::move(*found));
    co_return again;
}

Task<Result<Page<WebhookDelivery>>> WebhookService::jobDeliveries(UserId owner, JobId job,
                                                                  PageRequest page) {
    auto found = co_await jobs_.findJob(job);
    if (!found) co_return failure(std::move(found.error()));
    if (!*found || (*found)->user_id != owner)
        co_return failure(ErrorCode::NotFound, "no job " + job.str() + " in this account");
    auto listed = co_await store_.listJobDeliveries(job, std::move(page));
    co_return listed;
}

Task<Result<WebhookDelivery>> WebhookService::redeliverOfJob(UserId owner, JobId job,
                                                             DeliveryId delivery) {
    auto found = co_await findDelivery(owner, delivery);
    if (!found) co_return failure(std::move(found.error()));
    if (found->job_id != job)
        co_return failure(ErrorCode::NotFound, "no delivery " + delivery.str() + " of this job");
    if (found->webhook_id) {
        auto webhook = co_await findEnabled(owner, *found->webhook_id);
        if (!webhook) co_return failure(std::move(webhook.error()));
    }
    auto again = co_await sendAgain(std::move(*found));
    co_return again;
}

}  // namespace atelier
