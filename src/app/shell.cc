#include "app/shell.h"

#include "app/coordination.h"

#include <sodium.h>

namespace atelier {

Result<std::unique_ptr<Shell>> Shell::open(const Settings& settings) {
    if (sodium_init() < 0)
        return failure(ErrorCode::Internal, "the system has no source of randomness");
    auto backend = openStore(settings);
    if (!backend) return failure(std::move(backend.error()));
    auto secret = signingSecret(settings);
    if (!secret) return failure(std::move(secret.error()));
    return std::unique_ptr<Shell>{new Shell{settings, *secret, std::move(*backend)}};
}

Shell::Shell(const Settings& settings, const std::string& secret, StoreBackend backend)
    : backend_{std::move(backend)},
      store{*backend_.store},
      identity{settings.auth,
               secret,
               store,
               metrics_,
               clock_,
               ids_,
               loginLimiter(settings, nullptr, metrics_, clock_),
               nullptr,
               {}},
      credits{store, store, store, clock_, ids_} {}

}  // namespace atelier
