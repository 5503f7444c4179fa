#pragma once

#include <string>
#include <vector>

#include "domain/webhook.h"

namespace atelier {

/// The secrets that sign webhooks. They are derived from the installation's own secret, so none is
/// stored: a stolen database does not let anybody forge webhooks. Thread-safe.
class WebhookSecrets {
  public:
    explicit WebhookSecrets(std::string installation_secret)
        : secret_{std::move(installation_secret)} {}

    /// `whsec_` and 32 bytes in base64.
    std::string current(const Webhook& webhook) const;
    /// Those that sign at `now`, newest first: two while the one before a rotation is still good.
    std::vector<std::string> live(const Webhook& webhook, Instant now) const;
    /// Signs what goes to the addresses that come with a user's jobs.
    std::string ofJobs(UserId user) const;

  private:
    std::string derive(const std::string& purpose) const;

    const std::string secret_;
};

/// The value of `webhook-signature`: one `v1,` signature per secret over `id.timestamp.body`,
/// separated by spaces. `timestamp` is in seconds since 1970.
/// Source: github.com/standard-webhooks/standard-webhooks, "Signature scheme".
std::string signWebhook(const std::vector<std::string>& secrets, const std::string& id,
                        std::int64_t timestamp, std::string_view body);

}  // namespace atelier
