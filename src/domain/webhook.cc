#include "domain/webhook.h"

#include <algorithm>
#include <array>

namespace atelier {
namespace {

using namespace std::chrono_literals;

/// Waits after the first, second, … failed try: nine tries in about 24 hours.
constexpr std::array<Millis, 8> kWaits{5s, 1min, 5min, 30min, 2h, 5h, 8h, 8h};
constexpr Millis kLongestWish = 8h;
constexpr auto kSwitchOffAfter = std::chrono::days{3};
/// Longer than any wait between two tries: a failure after it has nothing to do with the one
/// before.
constexpr auto kForgottenAfter = 12h;
/// How exactly the last failure is known, so that not every one of many at once is written down.
constexpr auto kNotedEvery = 10min;
constexpr double kSpread = 0.2;
constexpr int kGone = 410;

std::optional<Millis> waitAfter(std::int64_t tries, double jitter) {
    if (tries < 1 || tries > std::ssize(kWaits)) return std::nullopt;
    const auto wait = kWaits[static_cast<std::size_t>(tries - 1)];
    const double factor = 1 - kSpread + 2 * kSpread * jitter;
    return std::chrono::duration_cast<Millis>(wait * factor);
}

}  // namespace

std::string_view webhookEventOf(JobStatus status) {
    if (status == JobStatus::Succeeded) return webhook_event::kJobSucceeded;
    return status == JobStatus::Failed ? webhook_event::kJobFailed : webhook_event::kJobCanceled;
}

bool wasDelivered(const DeliveryAttempt& attempt) {
    return attempt.status && *attempt.status >= 200 && *attempt.status < 300;
}

void noteAttempt(WebhookDelivery& delivery, DeliveryAttempt attempt, double jitter,
                 std::optional<Millis> retry_after) {
    const auto ended = attempt.at + Millis{attempt.duration_ms};
    const bool delivered = wasDelivered(attempt);
    const bool gone = attempt.status == kGone;
    ++delivery.tries;
    delivery.attempts.push_back(std::move(attempt));
    if (delivery.attempts.size() > kAttemptsKept)
        delivery.attempts.erase(delivery.attempts.begin());
    delivery.next_attempt_at.reset();
    if (delivered) {
        delivery.status = DeliveryStatus::Delivered;
        return;
    }
    const auto wait = waitAfter(delivery.tries, jitter);
    if (gone || !wait) {
        delivery.status = DeliveryStatus::Failed;
        return;
    }
    const auto wish = std::min(retry_after.value_or(Millis{0}), kLongestWish);
    delivery.next_attempt_at = ended + std::max(*wait, wish);
}

void forgetFailures(Webhook& webhook) {
    webhook.failing_since.reset();
    webhook.last_failure_at.reset();
}

bool noteHealth(Webhook& webhook, const DeliveryAttempt& attempt) {
    if (wasDelivered(attempt)) {
        const bool was_failing = webhook.failing_since.has_value();
        forgetFailures(webhook);
        return was_failing;
    }
    const bool gone = attempt.status == kGone;
    const auto last = webhook.last_failure_at;
    const bool first = !webhook.failing_since || !last || attempt.at - *last > kForgottenAfter;
    if (first) webhook.failing_since = attempt.at;
    const bool noted = first || attempt.at - *last >= kNotedEvery;
    if (noted) webhook.last_failure_at = attempt.at;
    const bool too_long = attempt.at - *webhook.failing_since >= kSwitchOffAfter;
    if (!webhook.enabled || !(gone || too_long)) return noted;
    webhook.enabled = false;
    webhook.disabled_at = attempt.at;
    webhook.disabled_reason =
        gone ? "the endpoint answered 410 Gone" : "nothing could be delivered for three days";
    return true;
}

}  // namespace atelier
