#include "app/provider_metrics_observer.h"

#include "telemetry/log.h"

namespace atelier {

void ProviderMetricsObserver::called(std::string_view endpoint, ProviderCall call,
                                     std::optional<ErrorCode> failure, Millis took) {
    metrics_.provider(endpoint).call(call, failure, took);
    // Failed calls for a job are the worker's to tell, who knows the job.
    const bool alone = failure && call == ProviderCall::Account;
    if (!alone && !log::enabled(LogLevel::Debug)) return;
    log::write(alone ? LogLevel::Warn : LogLevel::Debug,
               alone ? "provider call failed" : "provider call",
               {{"endpoint", endpoint}, {"call", call}, {"code", failure}, {"ms", took}});
}

void ProviderMetricsObserver::taskEnded(std::string_view endpoint, Millis took, int polls) {
    metrics_.provider(endpoint).task(took, polls);
}

void ProviderMetricsObserver::activeTasks(std::string_view endpoint, int tasks) {
    metrics_.provider(endpoint).active(tasks);
}

void ProviderMetricsObserver::rateLimited(std::string_view endpoint) {
    metrics_.provider(endpoint).rateLimited();
}

void ProviderMetricsObserver::breaker(std::string_view endpoint, BreakerState state) {
    metrics_.provider(endpoint).breaker(state);
    if (state == BreakerState::Open)
        log::error("provider endpoint is left alone for a while", {{"endpoint", endpoint}});
}

void ProviderMetricsObserver::spent(std::string_view endpoint, double credits) {
    metrics_.provider(endpoint).cost(credits);
}

void ProviderMetricsObserver::balance(double credits) {
    metrics_.providerAccount(credits);
}

void ProviderMetricsObserver::unknownStatus(std::string_view status) {
    log::warn("the provider reported a task status that is not in its contract",
              {{"status", status}});
}

}  // namespace atelier
