#pragma once

#include "domain/credits.h"
#include "ports/store.h"
#include "util/clock.h"

namespace atelier {

/// Writes down what has to be delivered to whom when a job has ended. A job is marked `announced`
/// only after its deliveries are stored, and each of them is stored at most once, so a crash in
/// between repeats the work without doubling a delivery. Any process may run it at any time.
class WebhookOutbox {
  public:
    struct Parts {
        Store& store;
        const Clock& clock;
        IdSource& ids;
        /// `credits.low` is due below this balance; 0: never.
        Credits low_credits = 0;
    };
    explicit WebhookOutbox(Parts parts) : parts_{parts} {}

    /// Announces jobs that ended and are settled; returns how many.
    Task<Result<int>> run();

  private:
    Task<Result<>> announce(Job job);
    Task<Result<>> announceCredits(Job job, std::vector<Webhook> webhooks);
    WebhookDelivery draft(UserId user, std::string_view event, std::string cause);
    Task<Result<>> sendTo(std::vector<Webhook> webhooks, WebhookDelivery draft);

    Parts parts_;
};

}  // namespace atelier
