#pragma once

#include <array>

#include "telemetry/metric_registry.h"
#include "telemetry/provider_metrics.h"

namespace atelier {

struct ProviderMetrics::Parts {
    static constexpr std::size_t kCalls = 4;

    std::array<std::unique_ptr<detail::CounterSlots>, kCalls>
        outcomes;  ///< 0: ok, 1 + code: failures
    std::array<detail::Histogram*, kCalls> seconds;
    detail::Histogram& task_seconds;
    detail::Histogram& polls;
    detail::Gauge& active;
    detail::Counter& rate_limited;
    detail::Gauge& breaker;
    detail::Counter& cost;
};

}  // namespace atelier
