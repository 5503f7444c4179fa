#pragma once

#include <optional>
#include <vector>

#include "domain/error.h"
#include "domain/webhook.h"
#include "ports/page.h"
#include "util/task.h"

namespace atelier {

/// Webhook endpoints and what is on its way to them. Thread-safe. Durable when a task completes.
/// All methods may fail with NotReady.
class WebhookStore {
  public:
    virtual ~WebhookStore() = default;

    /// False, and nothing stored, when the user has `most` of them already, however many are
    /// inserted at the same time. Errors: Conflict (there is one of this id).
    virtual Task<Result<bool>> insertWebhook(Webhook webhook, int most) = 0;
    /// Empty when the user has no such webhook: not an error.
    virtual Task<Result<std::optional<Webhook>>> findWebhook(UserId owner, WebhookId id) = 0;
    /// All of the user's, newest first.
    virtual Task<Result<std::vector<Webhook>>> listWebhooks(UserId owner) = 0;
    /// Replaces the stored webhook if its version still is `webhook.version`, storing version + 1,
    /// which is returned. Errors: Conflict (someone was faster; read again), NotFound.
    virtual Task<Result<std::int64_t>> updateWebhook(Webhook webhook) = 0;
    /// Removes it with its deliveries; false when the user has no such webhook.
    virtual Task<Result<bool>> removeWebhook(UserId owner, WebhookId id) = 0;
    /// Removes all that the user has, also deliveries to the addresses of jobs.
    virtual Task<Result<>> removeWebhooks(UserId owner) = 0;

    /// False, and nothing stored, when there is a delivery with the same `once`.
    virtual Task<Result<bool>> insertDelivery(WebhookDelivery delivery) = 0;
    /// Empty when there is none: not an error.
    virtual Task<Result<std::optional<WebhookDelivery>>> findDelivery(DeliveryId id) = 0;
    /// Newest first.
    virtual Task<Result<Page<WebhookDelivery>>> listDeliveries(WebhookId webhook,
                                                               PageRequest page) = 0;
    /// Those about the job, to whomever they go, newest first.
    virtual Task<Result<Page<WebhookDelivery>>> listJobDeliveries(JobId job, PageRequest page) = 0;
    /// As `updateWebhook`, for a delivery. Errors: Conflict, NotFound.
    virtual Task<Result<std::int64_t>> updateDelivery(WebhookDelivery delivery) = 0;
    /// Pending deliveries whose next attempt is due, the longest overdue first, leaving out those
    /// of the users in `except`.
    virtual Task<Result<std::vector<WebhookDelivery>>> listDueDeliveries(Instant now,
                                                                         std::vector<UserId> except,
                                                                         int limit) = 0;
    /// Removes deliveries made before `before` that are not pending, at most `limit`; how many.
    virtual Task<Result<int>> removeDeliveries(Instant before, int limit) = 0;
};

}  // namespace atelier
