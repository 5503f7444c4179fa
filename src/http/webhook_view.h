#pragma once

#include "domain/webhook.h"
#include "http/views.h"

namespace atelier::http {

struct WebhookView {
    WebhookId id;
    std::string url;
    std::vector<std::string> events;
    std::optional<std::string> description;
    bool enabled = true;
    std::optional<Instant> failing_since;
    std::optional<std::string> disabled_reason;
    std::optional<Instant> disabled_at;
    std::optional<std::string> secret;  ///< only in the answer that makes it
    std::optional<Instant> previous_secret_until;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(WebhookView, (),
                      (id, url, events, description, enabled, failing_since, disabled_reason,
                       disabled_at, secret, previous_secret_until, created_at))
BOOST_DESCRIBE_STRUCT(PageView<WebhookView>, (), (items, next_cursor))

struct DeliveryView {
    DeliveryId id;
    std::string event;
    std::optional<JobId> job_id;
    std::optional<WebhookId> webhook_id;  ///< absent: to the `webhookUrl` of the job
    std::string url;
    DeliveryStatus status = DeliveryStatus::Pending;
    std::vector<DeliveryAttempt> attempts;
    std::optional<Instant> next_attempt_at;
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(DeliveryView, (),
                      (id, event, job_id, webhook_id, url, status, attempts, next_attempt_at,
                       created_at))
BOOST_DESCRIBE_STRUCT(PageView<DeliveryView>, (), (items, next_cursor))

/// A secret of its own.
struct SecretView {
    std::string secret;
};
BOOST_DESCRIBE_STRUCT(SecretView, (), (secret))

WebhookView viewOf(const Webhook& webhook);
DeliveryView viewOf(const WebhookDelivery& delivery);

}  // namespace atelier::http
