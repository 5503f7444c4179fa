#pragma once

#include <functional>
#include <random>
#include <stop_token>

#include "ports/http_client.h"
#include "ports/job_store.h"
#include "ports/webhook_store.h"
#include "service/webhooks/webhook_secrets.h"
#include "util/clock.h"

namespace atelier {

/// Sends what is due, one attempt at a time. A delivery in the hands of a sender is claimed by
/// moving its next attempt a lease ahead, so that it is sent by one process, and by another one
/// should that one die: at least once, never lost. Used from one thread.
class WebhookSender {
  public:
    struct Parts {
        WebhookStore& store;
        JobStore& jobs;
        HttpClient& http;
        const Clock& clock;
        const WebhookSecrets& secrets;
        /// A job as clients see it.
        std::function<boost::json::object(const Job&)> view;
        bool allow_loopback = false;  ///< for development: receivers on this machine
        /// Told about every attempt.
        std::function<void(const WebhookDelivery&)> attempted;
        /// Told that an endpoint was switched off.
        std::function<void(const Webhook&)> switched_off;
    };
    explicit WebhookSender(Parts parts) : parts_{std::move(parts)} {}

    /// Takes at most `limit` due deliveries into its hands, none of the users in `except`.
    Task<Result<std::vector<WebhookDelivery>>> claim(std::vector<UserId> except, int limit);

    /// Makes one attempt with a claimed delivery and writes down how it went. With `stop` requested
    /// it is given back unharmed.
    Task<Result<>> deliver(WebhookDelivery delivery, std::stop_token stop);

  private:
    struct Target {
        std::string url;
        std::vector<std::string> secrets;
    };
    Task<Result<std::optional<Target>>> targetOf(WebhookDelivery delivery);
    Task<Result<std::string>> bodyOf(WebhookDelivery delivery);
    HttpRequest requestFor(const WebhookDelivery& delivery, const Target& target,
                           std::string body) const;
    Task<Result<>> drop(WebhookDelivery delivery, std::string why);
    Task<Result<>> record(WebhookDelivery delivery, DeliveryAttempt attempt,
                          std::optional<Millis> retry_after);
    Task<Result<>> recordHealth(WebhookDelivery delivery, DeliveryAttempt attempt);
    Task<Result<>> giveBack(WebhookDelivery delivery);

    Parts parts_;
    std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace atelier
