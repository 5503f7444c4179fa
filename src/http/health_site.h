#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "http/readiness_view.h"
#include "net/http_host.h"
#include "telemetry/metrics.h"
#include "util/task.h"

namespace atelier::http {

/// What a process without the API tells about itself.
struct HealthParts {
    Metrics& metrics;
    std::function<Task<std::vector<ReadinessCheck>>()> readiness;
    std::optional<std::string> metrics_token;
};

/// GET /healthz, /readyz and /metrics, answered as the API does, for probes and Prometheus.
/// /metrics asks for METRICS_TOKEN if there is one; without, whoever reaches the address may read
/// it.
net::Site healthSite(HealthParts parts, const ListenAddress& listen);

/// The answer of /readyz.
drogon::HttpResponsePtr readinessReply(std::vector<ReadinessCheck> checks);
/// The answer of /metrics.
drogon::HttpResponsePtr metricsReply(Metrics& metrics);

}  // namespace atelier::http
