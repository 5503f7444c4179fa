#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/job_store.h"
#include "ports/url_guard.h"
#include "ports/webhook_store.h"
#include "service/caller.h"
#include "service/webhooks/webhook_secrets.h"
#include "util/clock.h"

namespace atelier {

/// Body of POST /webhooks.
struct CreateWebhook {
    std::string url;
    std::optional<std::vector<std::string>> events;  ///< absent: all of them
    std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(CreateWebhook, (), (url, events, description))

/// Body of PATCH /webhooks/{webhookId}: what is absent stays.
struct ChangeWebhook {
    std::optional<std::string> url;
    std::optional<std::vector<std::string>> events;
    std::optional<std::string> description;
    std::optional<bool> enabled;
};
BOOST_DESCRIBE_STRUCT(ChangeWebhook, (), (url, events, description, enabled))

/// A webhook with the secret that its owner is shown.
struct WebhookWithSecret {
    Webhook webhook;
    std::string secret;
};

/// A user's webhook endpoints and the log of what was sent to them. Thread-safe.
class WebhookService {
  public:
    static constexpr int kMostWebhooks = 20;

    WebhookService(WebhookStore& store, JobStore& jobs, const UrlGuard& urls,
                   const WebhookSecrets& secrets, const Clock& clock, IdSource& ids)
        : store_{store}, jobs_{jobs}, urls_{urls}, secrets_{secrets}, clock_{clock}, ids_{ids} {}

    /// Errors: UrlNotAllowed, ValidationFailed (more than kMostWebhooks).
    Task<Result<WebhookWithSecret>> create(Caller caller, CreateWebhook in);
    Task<Result<std::vector<Webhook>>> list(UserId owner) { return store_.listWebhooks(owner); }
    /// Errors: NotFound.
    Task<Result<Webhook>> find(UserId owner, WebhookId id);
    /// Switching an endpoint on forgets that it was failing. Errors: NotFound, UrlNotAllowed.
    Task<Result<Webhook>> change(UserId owner, WebhookId id, ChangeWebhook in);
    /// Also drops what is on its way there. Errors: NotFound.
    Task<Result<>> remove(UserId owner, WebhookId id);
    /// A new secret; the one before it signs along for `overlap`. Errors: NotFound, Conflict (the
    /// one before still does, as was promised, and `overlap` would not end it).
    Task<Result<WebhookWithSecret>> rotate(UserId owner, WebhookId id, Millis overlap);
    std::string jobSecret(UserId owner) const { return secrets_.ofJobs(owner); }

    /// Errors: NotFound.
    Task<Result<Page<WebhookDelivery>>> deliveries(UserId owner, WebhookId id, PageRequest page);
    /// Puts a `webhook.test` on its way. Errors: NotFound, WebhookDisabled.
    Task<Result<WebhookDelivery>> test(UserId owner, WebhookId id);
    /// Sends a delivery again, under its old id, with as many tries as a new one.
    /// Errors: NotFound, WebhookDisabled.
    Task<Result<WebhookDelivery>> redeliver(UserId owner, WebhookId id, DeliveryId delivery);

    /// What was sent about a job of the owner's: to webhooks and to the job's own `webhookUrl`.
    /// Errors: NotFound.
    Task<Result<Page<WebhookDelivery>>> jobDeliveries(UserId owner, JobId job, PageRequest page);
    /// As `redeliver`, named by the job. Errors: NotFound, WebhookDisabled.
    Task<Result<WebhookDelivery>> redeliverOfJob(UserId owner, JobId job, DeliveryId delivery);

  private:
    Task<Result<Webhook>> save(UserId owner, WebhookId id, ChangeWebhook in,
                               std::optional<Millis> rotate);
    Task<Result<Webhook>> findEnabled(UserId owner, WebhookId id);
    Task<Result<WebhookDelivery>> findDelivery(UserId owner, DeliveryId id);
    Task<Result<WebhookDelivery>> sendAgain(WebhookDelivery delivery);

    WebhookStore& store_;
    JobStore& jobs_;
    const UrlGuard& urls_;
    const WebhookSecrets& secrets_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace atelier
