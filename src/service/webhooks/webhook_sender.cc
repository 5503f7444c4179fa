#include "service/webhooks/webhook_sender.h"

#include "domain/json.h"
#include "util/http_date.h"

namespace atelier {
namespace {

constexpr Seconds kTimeout{15};
constexpr Seconds kDeliveryConnectTimeout{5};
/// Longer than an attempt can take.
constexpr Seconds kLease{60};
/// So much of an answer is read, for the connection to be used again; of more, the rest is not.
constexpr std::size_t kAnswerRead = 64u << 10;
constexpr std::size_t kExcerpt = 500;

/// The beginning of an answer as text: what is not printable ASCII becomes a dot, so that any
/// answer can be stored and shown.
std::string excerpt(const Bytes& body) {
    std::string out = body.substr(0, kExcerpt);
    for (auto& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\n') || byte > 0x7e) c = '.';
    }
    return out;
}

/// What the owner of an endpoint may know: nothing about our network.
std::string explain(HttpFailure failure, Millis duration) {
    switch (failure) {
        case HttpFailure::NotSent:
            return "no connection: name, port, TLS certificate or a firewall";
        case HttpFailure::Ambiguous:
            return duration < kTimeout ? "the connection broke before the answer was complete"
                                       : "no complete answer within 15 seconds";
        case HttpFailure::TooLarge:
            return "the header of the answer was too large";
        case HttpFailure::Forbidden:
            return "the address is not a public one";
        case HttpFailure::Canceled:
            return "interrupted";
    }
    return "failed";
}

std::optional<Millis> retryAfter(const HttpResponse& response, Instant now) {
    const auto found = response.headers.find("retry-after");
    if (found == response.headers.end()) return std::nullopt;
    return parseRetryAfter(found->second, now);
}

/// What a status alone does not tell its reader.
std::optional<std::string> explainStatus(int status) {
    if (status < 300 || status >= 400) return std::nullopt;
    return "redirects are not followed: give the address that they lead to";
}

}  // namespace

Task<Result<std::vector<WebhookDelivery>>> WebhookSender::claim(std::vector<UserId> except,
                                                                int limit) {
    auto due =
        co_await parts_.store.listDueDeliveries(parts_.clock.now(), std::move(except), limit);
    if (!due) co_return failure(std::move(due.error()));
    std::vector<WebhookDelivery> claimed;
    for (auto& delivery : *due) {
        delivery.next_attempt_at = parts_.clock.now() + kLease;
        auto version = co_await parts_.store.updateDelivery(delivery);
        if (!version && version.error().code == ErrorCode::NotReady)
            co_return failure(std::move(version.error()));
        if (!version) continue;  // someone else has it, or it is gone
        delivery.version = *version;
        claimed.push_back(std::move(delivery));
    }
    co_return claimed;
}

Task<Result<std::optional<WebhookSender::Target>>> WebhookSender::targetOf(
    WebhookDelivery delivery) {
    if (!delivery.webhook_id)
        co_return std::optional{Target{delivery.url, {parts_.secrets.ofJobs(delivery.user_id)}}};
    auto webhook = co_await parts_.store.findWebhook(delivery.user_id, *delivery.webhook_id);
    if (!webhook) co_return failure(std::move(webhook.error()));
    if (!*webhook || !(*webhook)->enabled) co_return std::optional<Target>{};
    co_return std::optional{
        Target{(*webhook)->url, parts_.secrets.live(**webhook, parts_.clock.now())}};
}

/// Made afresh for every attempt: the links in a job expire.
Task<Result<std::string>> WebhookSender::bodyOf(WebhookDelivery delivery) {
    boost::json::object event;
    event["type"] = delivery.event;
    event["timestamp"] = toRfc3339(delivery.created_at);
    if (!delivery.job_id) {
        event["data"] = std::move(delivery.data);
        co_return boost::json::serialize(event);
    }
    auto job = co_await parts_.jobs.findJob(*delivery.job_id);
    if (!job) co_return failure(std::move(job.error()));
    if (!*job) co_return failure(ErrorCode::NotFound, "the job is gone");
    event["data"] = parts_.view(**job);
    co_return boost::json::serialize(event);
}

HttpRequest WebhookSender::requestFor(const WebhookDelivery& delivery, const Target& target,
                                      std::string body) const {
    const auto now = std::chrono::floor<Seconds>(parts_.clock.now()).time_since_epoch().count();
    HttpRequest request;
    request.method = "POST";
    request.url = target.url;
    request.headers = {
        {"content-type", "application/json"},
        {"webhook-id", delivery.id.str()},
        {"webhook-timestamp", std::to_string(now)},
        {"webhook-signature", signWebhook(target.secrets, delivery.id.str(), now, body)}};
    request.body = share(std::move(body));
    request.connect_timeout = kDeliveryConnectTimeout;
    request.timeout = kTimeout;
    request.max_response_bytes = kAnswerRead;
    request.cut_response = true;
    request.public_addresses_only = true;
    request.allow_loopback = parts_.allow_loopback;
    return request;
}

Task<Result<>> WebhookSender::deliver(WebhookDelivery delivery, std::stop_token stop) {
    auto target = co_await targetOf(delivery);
    if (!target) co_return failure(std::move(target.error()));
    if (!*target) {
        auto dropped = co_await drop(std::move(delivery), "the webhook is switched off or gone");
        co_return dropped;
    }
    auto body = co_await bodyOf(delivery);
    if (!body && body.error().code == ErrorCode::NotFound) {
        auto dropped = co_await drop(std::move(delivery), body.error().detail);
        co_return dropped;
    }
    if (!body) co_return failure(std::move(body.error()));

    delivery.url = (*target)->url;
    DeliveryAttempt attempt;
    attempt.at = parts_.clock.now();
    const auto begun = parts_.clock.steady();
    auto request = requestFor(delivery, **target, std::move(*body));
    auto answer = co_await parts_.http.send(std::move(request), stop);
    attempt.duration_ms = std::chrono::duration_cast<Millis>(parts_.clock.steady() - begun).count();
    std::optional<Millis> wish;
    if (answer) {
        attempt.status = answer->status;
        attempt.response = excerpt(answer->body);
        attempt.error = explainStatus(answer->status);
        wish = retryAfter(*answer, parts_.clock.now());
    } else if (answer.error().failure == HttpFailure::Canceled) {
        auto returned = co_await giveBack(std::move(delivery));
        co_return returned;
    } else {
        attempt.error = explain(answer.error().failure, Millis{attempt.duration_ms});
    }
    auto healthy = co_await recordHealth(delivery, attempt);
    if (!healthy) co_return failure(std::move(healthy.error()));
    auto recorded = co_await record(std::move(delivery), std::move(attempt), wish);
    co_return recorded;
}

Task<Result<>> WebhookSender::giveBack(WebhookDelivery delivery) {
    delivery.next_attempt_at = parts_.clock.now();
    auto saved = co_await parts_.store.updateDelivery(std::move(delivery));
    if (!saved && saved.error().code == ErrorCode::NotReady)
        co_return failure(std::move(saved.error()));
    co_return Result<>{};
}

Task<Result<>> WebhookSender::drop(WebhookDelivery delivery, std::string why) {
    DeliveryAttempt attempt;
    attempt.at = parts_.clock.now();
    attempt.error = std::move(why);
    delivery.attempts.push_back(std::move(attempt));
    delivery.status = DeliveryStatus::Failed;
    delivery.next_attempt_at.reset();
    auto saved = co_await parts_.store.updateDelivery(std::move(delivery));
    if (!saved && saved.error().code == ErrorCode::NotReady)
        co_return failure(std::move(saved.error()));
    co_return Result<>{};
}

Task<Result<>> WebhookSender::record(WebhookDelivery delivery, DeliveryAttempt attempt,
                                     std::optional<Millis> retry_after) {
    const double jitter = std::uniform_real_distribution<double>{0, 1}(random_);
    noteAttempt(delivery, std::move(attempt), jitter, retry_after);
    auto saved = co_await parts_.store.updateDelivery(delivery);
    if (saved) {
        parts_.attempted(delivery);
    } else if (saved.error().code == ErrorCode::NotReady) {
        co_return failure(std::move(saved.error()));
    }
    // Otherwise its owner asked for it again meanwhile, or removed it: that counts.
    co_return Result<>{};
}

Task<Result<>> WebhookSender::recordHealth(WebhookDelivery delivery, DeliveryAttempt attempt) {
    if (!delivery.webhook_id) co_return Result<>{};
    for (;;) {
        auto webhook = co_await parts_.store.findWebhook(delivery.user_id, *delivery.webhook_id);
        if (!webhook) co_return failure(std::move(webhook.error()));
        if (!*webhook) co_return Result<>{};
        if ((*webhook)->url != delivery.url)
            co_return Result<>{};  // it says nothing of the new one
        const bool was_enabled = (*webhook)->enabled;
        if (!noteHealth(**webhook, attempt)) co_return Result<>{};
        auto saved = co_await parts_.store.updateWebhook(**webhook);
        if (!saved && saved.error().code == ErrorCode::Conflict) continue;
        if (!saved && saved.error().code == ErrorCode::NotReady)
            co_return failure(std::move(saved.error()));
        if (saved && was_enabled && !(*webhook)->enabled) parts_.switched_off(**webhook);
        co_return Result<>{};
    }
}

}  // namespace atelier
