#include "telemetry/provider_metrics_parts.h"

namespace atelier {
ProviderMetrics::ProviderMetrics(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
ProviderMetrics::~ProviderMetrics() = default;

void ProviderMetrics::call(ProviderCall call, std::optional<ErrorCode> failure,
                           std::chrono::nanoseconds took) {
    const auto index = static_cast<std::size_t>(call);
    parts_->seconds[index]->Observe(detail::inSeconds(took));
    const auto slot = failure ? 1 + static_cast<std::size_t>(*failure) : 0;
    parts_->outcomes[index]->add(slot, [](std::size_t i) {
        return i == 0 ? std::string{"ok"}
                      : std::string{errorInfo(static_cast<ErrorCode>(i - 1)).name};
    });
}

void ProviderMetrics::task(std::chrono::nanoseconds took, int polls) {
    parts_->task_seconds.Observe(detail::inSeconds(took));
    parts_->polls.Observe(polls);
}

void ProviderMetrics::active(int tasks) {
    parts_->active.Set(tasks);
}
void ProviderMetrics::rateLimited() {
    parts_->rate_limited.Increment();
}
void ProviderMetrics::breaker(BreakerState state) {
    parts_->breaker.Set(static_cast<double>(state));
}
void ProviderMetrics::cost(double credits) {
    parts_->cost.Increment(credits);
}

}  // namespace atelier
