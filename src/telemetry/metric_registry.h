#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "telemetry/metric_catalogue.h"

/// What metrics.cc and its parts share; the only header with prometheus-cpp in it.
namespace atelier::detail {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using Labels = prometheus::Labels;

inline double inSeconds(std::chrono::nanoseconds took) {
    return std::chrono::duration<double>(took).count();
}

/// Seconds, from a store read to a slow provider task.
const Histogram::BucketBoundaries& secondsBuckets();

prometheus::Family<Counter>& counters(prometheus::Registry& registry, const MetricInfo& info);
prometheus::Family<Gauge>& gauges(prometheus::Registry& registry, const MetricInfo& info);
prometheus::Family<Histogram>& histograms(prometheus::Registry& registry, const MetricInfo& info);

/// Counters that differ in one label with a small number of values, each made when first counted.
/// Thread-safe; after the first time one atomic load per call.
class CounterSlots {
  public:
    CounterSlots(prometheus::Family<Counter>& family, Labels fixed, std::string label,
                 std::size_t slots)
        : family_{family}, fixed_{std::move(fixed)}, label_{std::move(label)}, slots_(slots) {}

    /// `value(slot)` names the label's value.
    template <class ValueOf>
    void add(std::size_t slot, ValueOf value, double amount = 1) {
        auto* counter = slots_[slot].load(std::memory_order_acquire);
        if (counter == nullptr) {
            auto labels = fixed_;
            labels.emplace(label_, value(slot));
            counter = &family_.Add(labels);
            slots_[slot].store(counter, std::memory_order_release);
        }
        counter->Increment(amount);
    }

  private:
    prometheus::Family<Counter>& family_;
    Labels fixed_;
    std::string label_;
    std::vector<std::atomic<Counter*>> slots_;
};

}  // namespace atelier::detail
