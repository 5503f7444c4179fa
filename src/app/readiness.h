#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "app/core.h"
#include "http/readiness_view.h"
#include "ports/image_provider.h"

namespace atelier {

/// Answers whether everything this process needs is there: for /readyz and doctor.
/// Thread-safe.
class Readiness {
  public:
    /// `emulated`: the built-in emulator stands in for the provider.
    Readiness(Core& core, ImageProvider& provider, bool emulated)
        : core_{core}, provider_{provider}, emulated_{emulated} {}

    /// Store, queue, pictures, what processes agree over, and provider. The last two are warnings
    /// when they are away: limits are counted in each process then, and jobs wait. The provider is
    /// asked at most twice a minute.
    Task<std::vector<http::ReadinessCheck>> check();

  private:
    Task<http::ReadinessCheck> checkStore();
    Task<http::ReadinessCheck> checkQueue();
    Task<http::ReadinessCheck> checkBlobs();
    Task<http::ReadinessCheck> checkRedis();
    Task<http::ReadinessCheck> checkProvider();

    Core& core_;
    ImageProvider& provider_;
    const bool emulated_;
    std::mutex mutex_;
    std::optional<http::ReadinessCheck> provider_check_;  // guarded by mutex_
    Instant provider_checked_at_{};                       // guarded by mutex_
};

}  // namespace atelier
