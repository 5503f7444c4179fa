#pragma once

#include <map>
#include <string>
#include <utility>

#include "ports/event_bus.h"
#include "ports/image_provider.h"
#include "ports/job_store.h"
#include "ports/provider_webhook.h"
#include "service/link_signer.h"
#include "util/clock.h"

namespace atelier {

/// The provider's webhooks: where they go, and what is made of them. A webhook is a
/// hint: it makes the worker poll at once, and it tells the task id of a submit whose
/// answer was lost. Nothing is settled by it. Thread-safe.
class ProviderCallbacks {
  public:
    struct Parts {
        JobStore& jobs;
        EventBus& events;
        const ImageProvider& provider;
        const ProviderWebhook& webhook;
        const LinkSigner& links;  ///< for our public address
        std::string secret;       ///< of the installation; the webhooks' secrets derive from it
        const Clock& clock;
        /// Told of a task whose submission was not answered; may be absent.
        std::function<void(const Job&, const Sample&)> adopted = {};
    };
    explicit ProviderCallbacks(Parts parts) : parts_{std::move(parts)} {}

    /// {URL, secret} for one sample of `job`: the URL carries the job's id and its token.
    std::pair<std::string, std::string> addressFor(const Job& job, std::int64_t index) const;

    /// Takes what was posted to a URL of ours, `token` being its last segment. Posting it
    /// again changes nothing. Errors: NotFound (not a token of ours, or another task's),
    /// Unauthenticated (no proof of the secret), BadRequest, NotReady.
    Task<Result<>> receive(std::string token, std::map<std::string, std::string> headers,
                           Bytes body);

  private:
    std::string secretOf(std::string_view token) const;
    /// Which task of which job.
    struct Place {
        JobId job;
        std::int64_t index = 0;
        std::int64_t step = 0;
    };
    Task<Result<>> note(Place place, std::string job_token, std::string task_id);

    Parts parts_;
};

}  // namespace atelier
