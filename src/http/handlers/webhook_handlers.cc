#include "http/handlers/webhook_handlers.h"

#include "http/access.h"
#include "http/paging.h"
#include "http/reply.h"
#include "http/webhook_view.h"

namespace atelier::http {
namespace {

struct RotateFields {
    std::int64_t overlap = 24 * 60 * 60;  // seconds
};
BOOST_DESCRIBE_STRUCT(RotateFields, (), (overlap))

drogon::HttpResponsePtr showOnce(int status, WebhookWithSecret made) {
    auto view = viewOf(made.webhook);
    view.secret = std::move(made.secret);
    auto response = jsonReply(status, view);
    response->addHeader("cache-control", "no-store");
    return response;
}

DeliveryView viewOfDelivery(const WebhookDelivery& delivery) {
    return viewOf(delivery);
}

}  // namespace

/// Without the address: it may hold a secret.
Task<Result<>> WebhookHandlers::record(CallPtr call, std::string action, WebhookId id) {
    auto event = auditEvent(call->caller(), std::move(action), id.str());
    auto recorded = co_await audit_.record(std::move(event));
    co_return recorded;
}

void WebhookHandlers::bind(OperationTable& table) {
    table.bind("createWebhook", *this, &WebhookHandlers::create);
    table.bind("listWebhooks", *this, &WebhookHandlers::list);
    table.bind("getWebhook", *this, &WebhookHandlers::find);
    table.bind("changeWebhook", *this, &WebhookHandlers::change);
    table.bind("deleteWebhook", *this, &WebhookHandlers::remove);
    table.bind("rotateWebhookSecret", *this, &WebhookHandlers::rotate);
    table.bind("getJobWebhookSecret", *this, &WebhookHandlers::jobSecret);
    table.bind("listWebhookDeliveries", *this, &WebhookHandlers::deliveries);
    table.bind("testWebhook", *this, &WebhookHandlers::test);
    table.bind("redeliverWebhook", *this, &WebhookHandlers::redeliver);
    table.bind("listJobDeliveries", *this, &WebhookHandlers::jobDeliveries);
    table.bind("redeliverJob", *this, &WebhookHandlers::redeliverOfJob);
}

Task<Answer> WebhookHandlers::create(CallPtr call) {
    auto in = call->bodyAs<CreateWebhook>();
    if (!in) co_return failure(std::move(in.error()));
    auto made = co_await webhooks_.create(call->caller(), std::move(*in));
    if (!made) co_return failure(std::move(made.error()));
    auto recorded = co_await record(call, "webhook.create", made->webhook.id);
    if (!recorded) co_return failure(std::move(recorded.error()));
    const auto location = "/webhooks/" + made->webhook.id.str();
    auto response = showOnce(201, std::move(*made));
    response->addHeader("location", location);
    co_return response;
}

Task<Answer> WebhookHandlers::list(CallPtr call) {
    auto webhooks = co_await webhooks_.list(call->user().id);
    if (!webhooks) co_return failure(std::move(webhooks.error()));
    PageView<WebhookView> all;
    for (const auto& webhook : *webhooks) all.items.push_back(viewOf(webhook));
    co_return jsonReply(200, all);
}

Task<Answer> WebhookHandlers::find(CallPtr call) {
    auto webhook = co_await webhooks_.find(call->user().id, call->id<WebhookId>("webhookId"));
    if (!webhook) co_return failure(std::move(webhook.error()));
    co_return jsonReply(200, viewOf(*webhook));
}

Task<Answer> WebhookHandlers::change(CallPtr call) {
    auto in = call->bodyAs<ChangeWebhook>();
    if (!in) co_return failure(std::move(in.error()));
    const auto id = call->id<WebhookId>("webhookId");
    auto webhook = co_await webhooks_.change(call->user().id, id, std::move(*in));
    if (!webhook) co_return failure(std::move(webhook.error()));
    auto recorded = co_await record(call, "webhook.change", id);
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return jsonReply(200, viewOf(*webhook));
}

Task<Answer> WebhookHandlers::remove(CallPtr call) {
    const auto id = call->id<WebhookId>("webhookId");
    auto removed = co_await webhooks_.remove(call->user().id, id);
    if (!removed) co_return failure(std::move(removed.error()));
    auto recorded = co_await record(call, "webhook.remove", id);
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return emptyReply();
}

Task<Answer> WebhookHandlers::rotate(CallPtr call) {
    RotateFields fields;
    if (call->body.is_object()) {
        auto in = call->bodyAs<RotateFields>();
        if (!in) co_return failure(std::move(in.error()));
        fields = *in;
    }
    const auto id = call->id<WebhookId>("webhookId");
    auto made = co_await webhooks_.rotate(call->user().id, id, Seconds{fields.overlap});
    if (!made) co_return failure(std::move(made.error()));
    auto recorded = co_await record(call, "webhook.rotate", id);
    if (!recorded) co_return failure(std::move(recorded.error()));
    co_return showOnce(200, std::move(*made));
}

Task<Answer> WebhookHandlers::jobSecret(CallPtr call) {
    if (const auto allowed = requireAccessToken(*call); !allowed)
        co_return failure(allowed.error());
    auto response = jsonReply(200, SecretView{webhooks_.jobSecret(call->user().id)});
    response->addHeader("cache-control", "no-store");
    co_return response;
}

Task<Answer> WebhookHandlers::deliveries(CallPtr call) {
    const auto id = call->id<WebhookId>("webhookId");
    auto page = co_await webhooks_.deliveries(call->user().id, id, pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200, pageOf(*page, viewOfDelivery));
}

Task<Answer> WebhookHandlers::test(CallPtr call) {
    auto delivery = co_await webhooks_.test(call->user().id, call->id<WebhookId>("webhookId"));
    if (!delivery) co_return failure(std::move(delivery.error()));
    co_return jsonReply(202, viewOf(*delivery));
}

Task<Answer> WebhookHandlers::redeliver(CallPtr call) {
    auto delivery = co_await webhooks_.redeliver(call->user().id, call->id<WebhookId>("webhookId"),
                                                 call->id<DeliveryId>("deliveryId"));
    if (!delivery) co_return failure(std::move(delivery.error()));
    co_return jsonReply(202, viewOf(*delivery));
}

Task<Answer> WebhookHandlers::jobDeliveries(CallPtr call) {
    const auto id = call->id<JobId>("jobId");
    auto page = co_await webhooks_.jobDeliveries(call->user().id, id, pageRequestOf(*call));
    if (!page) co_return failure(std::move(page.error()));
    co_return jsonReply(200, pageOf(*page, viewOfDelivery));
}

Task<Answer> WebhookHandlers::redeliverOfJob(CallPtr call) {
    auto delivery = co_await webhooks_.redeliverOfJob(call->user().id, call->id<JobId>("jobId"),
                                                      call->id<DeliveryId>("deliveryId"));
    if (!delivery) co_return failure(std::move(delivery.error()));
    co_return jsonReply(202, viewOf(*delivery));
}

}  // namespace atelier::http
