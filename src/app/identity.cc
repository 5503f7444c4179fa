#include "app/identity.h"

#include <algorithm>
#include <thread>

namespace atelier {
namespace {
constexpr std::size_t kHashesWaiting = 32;

/// Half of the processors are left to everything else.
std::size_t hashThreads() {
    return std::max(1U, std::thread::hardware_concurrency() / 2);
}
}  // namespace

Identity::Identity(const AuthSettings& settings, const std::string& secret, Store& store,
                   Metrics& metrics, const Clock& clock, IdSource& ids,
                   std::unique_ptr<AttemptLimiter> logins,
                   std::unique_ptr<AttemptLimiter> registrations, EraseContent erase_content)
    : hasher{hashThreads(), kHashesWaiting},
      tokens{secret, settings.access_token_ttl, clock, ids},
      limiter{std::move(logins)},
      registration_limiter{std::move(registrations)},
      audit{store, clock},
      sessions{{store, store, tokens, clock, ids, settings.refresh_token_ttl, secret}},
      api_keys{store, audit, clock, ids},
      accounts{{store, store, store, store, sessions, hasher, *limiter, audit, metrics, clock, ids,
                std::move(erase_content)}},
      auth{{store, accounts, sessions, api_keys, tokens, hasher, *limiter, metrics,
            settings.registration, settings.signup_credits, registration_limiter.get()}} {}

}  // namespace atelier
