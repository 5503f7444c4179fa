#include "telemetry/metric_registry.h"

namespace atelier::detail {
namespace {

template <class Builder>
auto& family(Builder builder, prometheus::Registry& registry, const MetricInfo& info) {
    return builder.Name(std::string{info.name}).Help(std::string{info.help}).Register(registry);
}

}  // namespace

const Histogram::BucketBoundaries& secondsBuckets() {
    static const Histogram::BucketBoundaries kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                     0.05,   0.1,   0.25,   0.5,   1,    2.5,
                                                     5,      10,    30,     60,    180,  600};
    return kBounds;
}

prometheus::Family<Counter>& counters(prometheus::Registry& registry, const MetricInfo& info) {
    return family(prometheus::BuildCounter(), registry, info);
}
prometheus::Family<Gauge>& gauges(prometheus::Registry& registry, const MetricInfo& info) {
    return family(prometheus::BuildGauge(), registry, info);
}
prometheus::Family<Histogram>& histograms(prometheus::Registry& registry, const MetricInfo& info) {
    return family(prometheus::BuildHistogram(), registry, info);
}

}  // namespace atelier::detail
