#include <algorithm>

#include <fmt/format.h>

#include "telemetry/http_metrics_parts.h"

namespace atelier {

HttpRouteMetrics::HttpRouteMetrics(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
HttpRouteMetrics::~HttpRouteMetrics() = default;

void HttpRouteMetrics::begin() {
    parts_->in_flight.Increment();
}

void HttpRouteMetrics::end(int status, std::chrono::nanoseconds took) {
    parts_->in_flight.Decrement();
    parts_->seconds.Observe(detail::inSeconds(took));
    const auto slot = static_cast<std::size_t>(std::clamp(status, 100, 599) - 100);
    parts_->by_status.add(slot, [](std::size_t i) { return fmt::format("{}", i + 100); });
}

}  // namespace atelier
