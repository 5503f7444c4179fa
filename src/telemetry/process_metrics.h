#pragma once

#include "telemetry/metric_registry.h"

namespace atelier::detail {

/// Memory, processor time and files of this process, read from /proc when asked.
class ProcessMetrics {
  public:
    explicit ProcessMetrics(prometheus::Registry& registry);
    void refresh();

  private:
    Gauge& resident_;
    Counter& cpu_;
    Gauge& files_;
};

}  // namespace atelier::detail
