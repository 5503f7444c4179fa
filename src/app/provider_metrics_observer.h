#pragma once

#include <string>

#include "bfl/observer.h"
#include "telemetry/metrics.h"

namespace atelier {

/// Writes down what the provider client tells, as metrics and log lines.
class ProviderMetricsObserver final : public BflObserver {
  public:
    explicit ProviderMetricsObserver(Metrics& metrics) : metrics_{metrics} {}

    void called(std::string_view endpoint, ProviderCall call, std::optional<ErrorCode> failure,
                Millis took) override;
    void taskEnded(std::string_view endpoint, Millis took, int polls) override;
    void activeTasks(std::string_view endpoint, int tasks) override;
    void rateLimited(std::string_view endpoint) override;
    void breaker(std::string_view endpoint, BreakerState state) override;
    void spent(std::string_view endpoint, double credits) override;
    void balance(double credits) override;
    void unknownStatus(std::string_view status) override;

  private:
    Metrics& metrics_;
};

}  // namespace atelier
