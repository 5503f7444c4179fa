#pragma once

#include "telemetry/http_metrics.h"
#include "telemetry/metric_registry.h"

namespace atelier {

struct HttpRouteMetrics::Parts {
    detail::CounterSlots by_status;  ///< 100…599
    detail::Histogram& seconds;
    detail::Gauge& in_flight;
};

}  // namespace atelier
