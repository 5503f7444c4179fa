#pragma once

#include "ports/provider_webhook.h"

namespace atelier {

/// Black Forest Labs' webhooks. Sources disagree about them (bfl-api.md §3), so both
/// proofs count (the secret itself in `X-Webhook-Secret`, or `X-BFL-Signature:
/// sha256=<hex HMAC of the body>`) and both vocabularies (`task_id` and SUCCESS,
/// `id` and Ready).
class BflWebhook final : public ProviderWebhook {
  public:
    Result<WebhookHint> verify(const std::map<std::string, std::string>& headers, BytesView body,
                               const std::string& secret) const override;
};

}  // namespace atelier
