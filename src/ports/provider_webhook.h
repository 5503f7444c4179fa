#pragma once

#include <map>
#include <string>

#include "domain/error.h"
#include "util/bytes.h"

namespace atelier {

/// What a webhook of the image provider says, which is only a hint: the truth is
/// what a poll answers.
struct WebhookHint {
    std::string task_id;
    bool ended = true;  ///< false: the task is still running
};

/// Reads the image provider's webhooks. Thread-safe; never blocks.
class ProviderWebhook {
  public:
    virtual ~ProviderWebhook() = default;

    /// Checks the proof that whoever sent this knows `secret`, in constant time, and
    /// only then reads `body`, as received. Header names in lower case.
    /// Errors: Unauthenticated (no or wrong proof, or an empty secret), BadRequest (no such body).
    virtual Result<WebhookHint> verify(const std::map<std::string, std::string>& headers,
                                       BytesView body, const std::string& secret) const = 0;
};

}  // namespace atelier
