#include "telemetry/metric_catalogue.h"

namespace atelier {

const std::vector<MetricInfo>& metricCatalogue() {
    using namespace metric;
    static const std::vector<MetricInfo> kAll{
        kHttpRequests,   kHttpSeconds, kHttpInFlight, kBflCalls,   kBflCallSeconds,
        kBflTaskSeconds, kBflPolls,    kBflActive,    kBflLimited, kBflBreaker,
        kBflCost,        kBflAccount,  kCredits,      kJobs,       kJobStageSeconds,
        kJobOverhead,    kJobsActive,  kQueueDepth,   kLogins,     kLocalCounts,
        kWebhooks,       kSseStreams,  kBuild,        kResident,   kCpu,
        kOpenFiles,      kStartTime};
    return kAll;
}

}  // namespace atelier
