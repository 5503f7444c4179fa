#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>
#include <boost/json/object.hpp>

#include "domain/ids.h"
#include "domain/job_state.h"
#include "util/time.h"

namespace atelier {

/// Names of the events that webhooks are told about.
namespace webhook_event {
inline constexpr std::string_view kJobSucceeded = "job.succeeded";
inline constexpr std::string_view kJobFailed = "job.failed";
inline constexpr std::string_view kJobCanceled = "job.canceled";
inline constexpr std::string_view kCreditsLow = "credits.low";
/// Sent on request only, whatever the endpoint subscribed to.
inline constexpr std::string_view kTest = "webhook.test";
}  // namespace webhook_event

/// The event of a job that ended as `status`, which must be terminal.
std::string_view webhookEventOf(JobStatus status);

/// An address of a user's that wants to hear of events. Its secret is not in here: it is derived
/// (service/webhook_secrets.h) from the id and `generation`.
struct Webhook {
    WebhookId id;
    UserId user_id;
    std::string url;
    std::vector<std::string> events;
    std::optional<std::string> description;
    std::int64_t generation = 1;            ///< of the secret; rotating it counts up
    std::optional<Instant> previous_until;  ///< how long the secret before this one still signs
    bool enabled = true;
    std::optional<Instant> failing_since;        ///< nothing got through since then
    std::optional<Instant> last_failure_at;      ///< to some minutes; older versions wrote none
    std::optional<std::string> disabled_reason;  ///< why it was switched off, when not by its owner
    std::optional<Instant> disabled_at;
    std::int64_t version = 0;  ///< counts saved changes; every update is conditional on it
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(Webhook, (),
                      (id, user_id, url, events, description, generation, previous_until, enabled,
                       failing_since, last_failure_at, disabled_reason, disabled_at, version,
                       created_at))

enum class DeliveryStatus { Pending, Delivered, Failed };
BOOST_DESCRIBE_ENUM(DeliveryStatus, Pending, Delivered, Failed)

/// One try to deliver.
struct DeliveryAttempt {
    Instant at{};
    std::int64_t duration_ms = 0;
    std::optional<std::int64_t> status;   ///< HTTP status of the answer
    std::optional<std::string> response;  ///< beginning of the answer's body
    std::optional<std::string> error;     ///< why it failed, where the status does not say
};
BOOST_DESCRIBE_STRUCT(DeliveryAttempt, (), (at, duration_ms, status, response, error))

/// One event on its way to one address. The id is the `webhook-id` that receivers see: the same for
/// every attempt, so that they can tell repetitions.
struct WebhookDelivery {
    DeliveryId id;
    UserId user_id;
    std::optional<WebhookId> webhook_id;  ///< absent: the address that came with a job
    std::string url;                      ///< where the last attempt went or the first will go
    std::string once;                     ///< unique: names event, cause and receiver
    std::string event;
    std::optional<JobId> job_id;
    boost::json::object data;  ///< of events that are not about a job
    DeliveryStatus status = DeliveryStatus::Pending;
    std::int64_t tries = 0;                  ///< in this round: redelivering begins a new one
    std::vector<DeliveryAttempt> attempts;   ///< oldest first; the last kAttemptsKept
    std::optional<Instant> next_attempt_at;  ///< while pending
    std::int64_t version = 0;  ///< counts saved changes; every update is conditional on it
    Instant created_at{};
};
BOOST_DESCRIBE_STRUCT(WebhookDelivery, (),
                      (id, user_id, webhook_id, url, once, event, job_id, data, status, tries,
                       attempts, next_attempt_at, version, created_at))

inline constexpr std::size_t kAttemptsKept = 20;

/// Notes how an attempt went: delivered (2xx), given up (410 Gone, or the last try of about a day),
/// or to be tried again. `jitter` is 0…1 and spreads the waits by a fifth either way; `retry_after`
/// is what the receiver asked for.
void noteAttempt(WebhookDelivery& delivery, DeliveryAttempt attempt, double jitter,
                 std::optional<Millis> retry_after);

/// Notes the outcome at the endpoint; true when `webhook` changed. One at which nothing arrived for
/// three days, or that says it is gone, is switched off. Days in which nothing was tried count for
/// nothing.
bool noteHealth(Webhook& webhook, const DeliveryAttempt& attempt);

/// As after an attempt that got through.
void forgetFailures(Webhook& webhook);

/// True for an answer that counts as delivered.
bool wasDelivered(const DeliveryAttempt& attempt);

}  // namespace atelier
