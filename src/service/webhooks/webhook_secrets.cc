#include "service/webhooks/webhook_secrets.h"

#include <fmt/format.h>

#include "util/encoding.h"

namespace atelier {
namespace {
constexpr std::string_view kPrefix = "whsec_";
}

std::string WebhookSecrets::derive(const std::string& purpose) const {
    return std::string{kPrefix} + toBase64(hmacSha256(secret_, "webhook secret\n" + purpose));
}

std::string WebhookSecrets::current(const Webhook& webhook) const {
    return derive(fmt::format("{}\n{}", webhook.id.str(), webhook.generation));
}

std::vector<std::string> WebhookSecrets::live(const Webhook& webhook, Instant now) const {
    std::vector<std::string> secrets{current(webhook)};
    if (webhook.previous_until && now < *webhook.previous_until)
        secrets.push_back(derive(fmt::format("{}\n{}", webhook.id.str(), webhook.generation - 1)));
    return secrets;
}

std::string WebhookSecrets::ofJobs(UserId user) const {
    return derive("jobs\n" + user.str());
}

std::string signWebhook(const std::vector<std::string>& secrets, const std::string& id,
                        std::int64_t timestamp, std::string_view body) {
    const auto content = fmt::format("{}.{}.{}", id, timestamp, body);
    std::string out;
    for (const auto& secret : secrets) {
        const auto key =
            fromBase64(std::string_view{secret}.substr(kPrefix.size())).value_or(Bytes{});
        if (!out.empty()) out += ' ';
        out += "v1," + toBase64(hmacSha256(key, content));
    }
    return out;
}

}  // namespace atelier
