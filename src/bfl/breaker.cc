#include "bfl/breaker.h"

#include <algorithm>

namespace atelier::bfl {
namespace {

constexpr int kMaxDoublings = 4;
/// Told to those who come while a trial is under way.
constexpr Millis kTrialTime{1'000};

}  // namespace

std::optional<Millis> Breaker::refuses(const std::string& endpoint) {
    const std::lock_guard lock{mutex_};
    auto& circuit = circuits_[endpoint];
    switch (stateOf(circuit)) {
        case BreakerState::Closed:
            return std::nullopt;
        case BreakerState::Open:
            return circuit.open_until - clock_.now();
        case BreakerState::HalfOpen:
            break;
    }
    if (circuit.trial_running) return kTrialTime;
    circuit.trial_running = true;
    return std::nullopt;
}

void Breaker::succeeded(const std::string& endpoint) {
    const std::lock_guard lock{mutex_};
    circuits_[endpoint] = {};
}

void Breaker::failed(const std::string& endpoint) {
    const std::lock_guard lock{mutex_};
    auto& circuit = circuits_[endpoint];
    circuit.trial_running = false;
    if (++circuit.failures < options_.failures) return;
    if (clock_.now() < circuit.open_until) return;  // sent before it opened
    circuit.open_until =
        clock_.now() + options_.pause * (1 << std::min(circuit.pauses, kMaxDoublings));
    ++circuit.pauses;
}

void Breaker::abandoned(const std::string& endpoint) {
    const std::lock_guard lock{mutex_};
    circuits_[endpoint].trial_running = false;
}

BreakerState Breaker::state(const std::string& endpoint) const {
    const std::lock_guard lock{mutex_};
    const auto circuit = circuits_.find(endpoint);
    return circuit == circuits_.end() ? BreakerState::Closed : stateOf(circuit->second);
}

BreakerState Breaker::stateOf(const Circuit& circuit) const {
    if (circuit.failures < options_.failures) return BreakerState::Closed;
    return clock_.now() < circuit.open_until ? BreakerState::Open : BreakerState::HalfOpen;
}

}  // namespace atelier::bfl
