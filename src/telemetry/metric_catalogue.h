#pragma once

#include <string_view>
#include <vector>

#include <boost/describe.hpp>

namespace atelier {

enum class MetricType { Counter, Gauge, Histogram };
BOOST_DESCRIBE_ENUM(MetricType, Counter, Gauge, Histogram)

/// One metric family that /metrics offers. docs/operations.md lists the same names (a test
/// compares).
struct MetricInfo {
    std::string_view name;
    MetricType type = MetricType::Counter;
    std::string_view labels;  ///< separated by spaces
    std::string_view help;
};

namespace metric {
inline constexpr MetricInfo kHttpRequests{"atelier_http_requests_total", MetricType::Counter,
                                          "method route status", "Answered HTTP requests."};
inline constexpr MetricInfo kHttpSeconds{"atelier_http_request_seconds", MetricType::Histogram,
                                         "method route",
                                         "Time from the first byte of a request to its answer."};
inline constexpr MetricInfo kHttpInFlight{"atelier_http_requests_in_flight", MetricType::Gauge, "",
                                          "Requests that are being answered."};
inline constexpr MetricInfo kBflCalls{
    "atelier_bfl_calls_total", MetricType::Counter, "endpoint call outcome",
    "Calls to the provider; outcome is ok or a code of docs/errors.md."};
inline constexpr MetricInfo kBflCallSeconds{"atelier_bfl_call_seconds", MetricType::Histogram,
                                            "endpoint call",
                                            "Duration of one call to the provider."};
inline constexpr MetricInfo kBflTaskSeconds{"atelier_bfl_task_seconds", MetricType::Histogram,
                                            "endpoint",
                                            "Time from submission to the end of a provider task."};
inline constexpr MetricInfo kBflPolls{"atelier_bfl_polls_per_task", MetricType::Histogram,
                                      "endpoint", "Polls that one provider task took."};
inline constexpr MetricInfo kBflActive{"atelier_bfl_active_tasks", MetricType::Gauge, "endpoint",
                                       "Provider tasks that have not ended."};
inline constexpr MetricInfo kBflLimited{"atelier_bfl_rate_limited_total", MetricType::Counter,
                                        "endpoint", "Answers 429 of the provider."};
inline constexpr MetricInfo kBflBreaker{"atelier_bfl_breaker_state", MetricType::Gauge, "endpoint",
                                        "Circuit breaker: 0 closed, 1 half open, 2 open."};
inline constexpr MetricInfo kBflCost{"atelier_bfl_cost_credits_total", MetricType::Counter,
                                     "endpoint",
                                     "Provider credits spent, as the provider reported them."};
inline constexpr MetricInfo kBflAccount{
    "atelier_bfl_account_credits", MetricType::Gauge, "",
    "Provider credits left in the operator's account, when last asked."};
inline constexpr MetricInfo kCredits{"atelier_credits_total", MetricType::Counter, "action kind",
                                     "Credits moved, by action and kind of ledger line."};
inline constexpr MetricInfo kJobs{"atelier_jobs_total", MetricType::Counter, "kind status",
                                  "Jobs that ended."};
inline constexpr MetricInfo kJobStageSeconds{"atelier_job_stage_seconds", MetricType::Histogram,
                                             "kind stage", "Time a job spent in a stage."};
inline constexpr MetricInfo kJobOverhead{
    "atelier_job_overhead_seconds", MetricType::Histogram, "kind",
    "Time from the provider's Ready to the end of the job, without image work."};
inline constexpr MetricInfo kJobsActive{"atelier_jobs_active", MetricType::Gauge, "",
                                        "Jobs that this process has in hand."};
inline constexpr MetricInfo kQueueDepth{"atelier_queue_depth", MetricType::Gauge, "state",
                                        "Jobs in the queue: waiting, delayed, active."};
inline constexpr MetricInfo kLogins{"atelier_logins_total", MetricType::Counter, "outcome",
                                    "Login attempts: ok, refused, throttled, overloaded."};
inline constexpr MetricInfo kLocalCounts{
    "atelier_local_counts_total", MetricType::Counter, "limit",
    "Requests, logins and registrations that were counted in this process alone, because "
    "Redis was away."};
inline constexpr MetricInfo kWebhooks{"atelier_webhook_deliveries_total", MetricType::Counter,
                                      "outcome",
                                      "Webhook delivery attempts: delivered, failed, given_up."};
inline constexpr MetricInfo kSseStreams{"atelier_event_streams", MetricType::Gauge, "",
                                        "Open event streams."};
inline constexpr MetricInfo kBuild{"atelier_build_info", MetricType::Gauge, "version commit",
                                   "Always 1; the labels say which build this is."};
inline constexpr MetricInfo kResident{"process_resident_memory_bytes", MetricType::Gauge, "",
                                      "Resident memory."};
inline constexpr MetricInfo kCpu{"process_cpu_seconds_total", MetricType::Counter, "",
                                 "Processor time, user and system."};
inline constexpr MetricInfo kOpenFiles{"process_open_fds", MetricType::Gauge, "",
                                       "Open file descriptors."};
inline constexpr MetricInfo kStartTime{"process_start_time_seconds", MetricType::Gauge, "",
                                       "Start of the process, seconds since 1970."};
}  // namespace metric

/// Every family that `Metrics` makes.
const std::vector<MetricInfo>& metricCatalogue();

}  // namespace atelier
