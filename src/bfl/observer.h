#pragma once

#include <optional>
#include <string_view>

#include "domain/error.h"
#include "telemetry/provider_metrics.h"
#include "util/time.h"

namespace atelier {

/// What the provider client tells about itself. Called from any thread, briefly.
class BflObserver {
  public:
    virtual ~BflObserver() = default;

    /// One call with all its retries ended; no `failure` means it did what it should.
    virtual void called(std::string_view /*endpoint*/, ProviderCall,
                        std::optional<ErrorCode> /*failure*/, Millis /*took*/) {}
    /// A task reached its end, `took` after its submission.
    virtual void taskEnded(std::string_view /*endpoint*/, Millis /*took*/, int /*polls*/) {}
    virtual void activeTasks(std::string_view /*endpoint*/, int /*tasks*/) {}
    virtual void rateLimited(std::string_view /*endpoint*/) {}
    virtual void breaker(std::string_view /*endpoint*/, BreakerState) {}
    /// Credits, as the provider reported them.
    virtual void spent(std::string_view /*endpoint*/, double /*credits*/) {}
    virtual void balance(double /*credits*/) {}
    /// A task status that the contract does not know; told once for each.
    virtual void unknownStatus(std::string_view /*status*/) {}
};

}  // namespace atelier
