#include "http/webhook_view.h"

namespace atelier::http {

WebhookView viewOf(const Webhook& webhook) {
    WebhookView view;
    view.id = webhook.id;
    view.url = webhook.url;
    view.events = webhook.events;
    view.description = webhook.description;
    view.enabled = webhook.enabled;
    view.failing_since = webhook.failing_since;
    view.disabled_reason = webhook.disabled_reason;
    view.disabled_at = webhook.disabled_at;
    view.previous_secret_until = webhook.previous_until;
    view.created_at = webhook.created_at;
    return view;
}

DeliveryView viewOf(const WebhookDelivery& delivery) {
    return {delivery.id,        delivery.event,  delivery.job_id,   delivery.webhook_id,
            delivery.url,       delivery.status, delivery.attempts, delivery.next_attempt_at,
            delivery.created_at};
}

}  // namespace atelier::http
