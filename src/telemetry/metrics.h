#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "domain/credits.h"
#include "domain/job.h"
#include "telemetry/http_metrics.h"
#include "telemetry/provider_metrics.h"

namespace atelier {

enum class LoginOutcome { Ok, Refused, Throttled, Overloaded };
BOOST_DESCRIBE_ENUM(LoginOutcome, Ok, Refused, Throttled, Overloaded)

/// How often a call to the provider ended in one way since this process started.
struct ProviderOutcome {
    std::string endpoint;
    std::string call;     ///< submit, poll, …
    std::string outcome;  ///< `ok` or a code of docs/errors.md
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ProviderOutcome, (), (endpoint, call, outcome, count))

/// A limit that all processes share.
enum class SharedLimit { Requests, Logins, Registrations };
BOOST_DESCRIBE_ENUM(SharedLimit, Requests, Logins, Registrations)

enum class DeliveryOutcome { Delivered, Failed, GivenUp };
BOOST_DESCRIBE_ENUM(DeliveryOutcome, Delivered, Failed, GivenUp)

/// What the process counts and measures about itself; names and help in
/// telemetry/metric_catalogue.h. Thread-safe. Handles stay valid as long as this does: resolve them
/// once, not per request.
class Metrics {
  public:
    Metrics();
    ~Metrics();

    HttpRouteMetrics& httpRoute(std::string_view method, std::string_view route);
    ProviderMetrics& provider(std::string_view endpoint);
    void providerAccount(double credits);

    /// A ledger line was written; `amount` below zero (a grant taken away) counts nothing.
    void credits(UsageAction action, UsageKind kind, Credits amount);
    /// A job ended; `status` is terminal.
    void jobEnded(JobKind kind, JobStatus status);
    /// A job left `stage` after `took`.
    void jobStage(JobKind kind, JobStatus stage, std::chrono::nanoseconds took);
    void jobOverhead(JobKind kind, std::chrono::nanoseconds took);
    /// Jobs in hand: +1 and -1.
    void jobsActive(int change);
    void queueDepth(std::int64_t waiting, std::int64_t delayed, std::int64_t active);
    void login(LoginOutcome outcome);
    /// A request was counted in this process alone.
    void countedLocally(SharedLimit limit);
    void webhook(DeliveryOutcome outcome);
    /// Open event streams: +1 and -1.
    void eventStreams(int change);

    std::vector<ProviderOutcome> providerOutcomes();

    /// Prometheus text format 0.0.4. Reads /proc/self for the process's own figures.
    std::string expose();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace atelier
