#include "telemetry/metrics.h"

#include <map>
#include <mutex>

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include "telemetry/http_metrics_parts.h"
#include "telemetry/process_metrics.h"
#include "telemetry/provider_metrics_parts.h"
#include "util/names.h"
#include "version.h"

namespace atelier {
namespace {

using detail::Counter;
using detail::CounterSlots;
using detail::Gauge;
using detail::Histogram;
using detail::Labels;

const Histogram::BucketBoundaries kPollBuckets{1, 2, 3, 5, 8, 13, 21, 34, 55, 89};

template <class E>
std::string nameText(E value) {
    return std::string{nameOf(value)};
}

template <class E>
constexpr std::size_t kCount =
    boost::mp11::mp_size<boost::describe::describe_enumerators<E>>::value;

/// A counter for every value of an enumeration, made at start.
template <class E>
class EnumCounters {
  public:
    EnumCounters(prometheus::Family<Counter>& family, const std::string& label,
                 const Labels& fixed = {}) {
        for (std::size_t i = 0; i < kCount<E>; ++i) {
            auto labels = fixed;
            labels.emplace(label, nameText(static_cast<E>(i)));
            counters_[i] = &family.Add(labels);
        }
    }
    Counter& operator[](E value) { return *counters_[static_cast<std::size_t>(value)]; }

  private:
    std::array<Counter*, kCount<E>> counters_{};
};

/// The metrics of one kind of job.
struct KindMetrics {
    KindMetrics(prometheus::Registry& registry, JobKind kind)
        : overhead{detail::histograms(registry, metric::kJobOverhead)
                       .Add({{"kind", nameText(kind)}}, detail::secondsBuckets())} {
        auto& ends = detail::counters(registry, metric::kJobs);
        auto& times = detail::histograms(registry, metric::kJobStageSeconds);
        for (std::size_t i = 0; i < kCount<JobStatus>; ++i) {
            const auto status = static_cast<JobStatus>(i);
            Labels labels{{"kind", nameText(kind)},
                          {isTerminal(status) ? "status" : "stage", nameText(status)}};
            if (isTerminal(status))
                ended[i] = &ends.Add(labels);
            else
                stages[i] = &times.Add(labels, detail::secondsBuckets());
        }
    }
    std::array<Counter*, kCount<JobStatus>> ended{};     ///< terminal ones only
    std::array<Histogram*, kCount<JobStatus>> stages{};  ///< the others
    Histogram& overhead;
};

}  // namespace

struct Metrics::Parts {
    Parts() {
        for (std::size_t i = 0; i < kCount<UsageAction>; ++i) {
            const auto action = nameText(static_cast<UsageAction>(i));
            credits.emplace_back(detail::counters(registry, metric::kCredits), "kind",
                                 Labels{{"action", action}});
        }
        for (std::size_t i = 0; i < kCount<JobKind>; ++i)
            kinds.emplace_back(registry, static_cast<JobKind>(i));
        detail::gauges(registry, metric::kBuild)
            .Add({{"version", std::string{kVersion}}, {"commit", std::string{kCommit}}})
            .Set(1);
    }

    Gauge& gauge(const MetricInfo& info, const Labels& labels = {}) {
        return detail::gauges(registry, info).Add(labels);
    }
    std::unique_ptr<HttpRouteMetrics> makeRoute(std::string_view method, std::string_view route);
    std::unique_ptr<ProviderMetrics> makeProvider(const std::string& endpoint);

    prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
    detail::ProcessMetrics process{registry};
    Gauge& in_flight = gauge(metric::kHttpInFlight);
    Gauge& account = gauge(metric::kBflAccount);
    Gauge& jobs_active = gauge(metric::kJobsActive);
    Gauge& streams = gauge(metric::kSseStreams);
    Gauge& waiting = gauge(metric::kQueueDepth, {{"state", "waiting"}});
    Gauge& delayed = gauge(metric::kQueueDepth, {{"state", "delayed"}});
    Gauge& active = gauge(metric::kQueueDepth, {{"state", "active"}});
    EnumCounters<LoginOutcome> logins{detail::counters(registry, metric::kLogins), "outcome"};
    EnumCounters<SharedLimit> local_counts{detail::counters(registry, metric::kLocalCounts),
                                           "limit"};
    EnumCounters<DeliveryOutcome> deliveries{detail::counters(registry, metric::kWebhooks),
                                             "outcome"};
    std::vector<EnumCounters<UsageKind>> credits;
    std::vector<KindMetrics> kinds;

    std::mutex mutex;
    std::map<std::string, std::unique_ptr<HttpRouteMetrics>, std::less<>>
        routes;  // guarded by mutex
    std::map<std::string, std::unique_ptr<ProviderMetrics>, std::less<>>
        providers;  // guarded by mutex
};

std::unique_ptr<HttpRouteMetrics> Metrics::Parts::makeRoute(std::string_view method,
                                                            std::string_view route) {
    const Labels labels{{"method", std::string{method}}, {"route", std::string{route}}};
    auto parts = std::unique_ptr<HttpRouteMetrics::Parts>{new HttpRouteMetrics::Parts{
        CounterSlots{detail::counters(registry, metric::kHttpRequests), labels, "status", 500},
        detail::histograms(registry, metric::kHttpSeconds).Add(labels, detail::secondsBuckets()),
        in_flight}};
    return std::make_unique<HttpRouteMetrics>(std::move(parts));
}

std::unique_ptr<ProviderMetrics> Metrics::Parts::makeProvider(const std::string& endpoint) {
    const Labels labels{{"endpoint", endpoint}};
    auto parts = std::unique_ptr<ProviderMetrics::Parts>{new ProviderMetrics::Parts{
        {},
        {},
        detail::histograms(registry, metric::kBflTaskSeconds).Add(labels, detail::secondsBuckets()),
        detail::histograms(registry, metric::kBflPolls).Add(labels, kPollBuckets),
        gauge(metric::kBflActive, labels),
        detail::counters(registry, metric::kBflLimited).Add(labels),
        gauge(metric::kBflBreaker, labels),
        detail::counters(registry, metric::kBflCost).Add(labels)}};
    for (std::size_t i = 0; i < ProviderMetrics::Parts::kCalls; ++i) {
        auto of_call = labels;
        of_call.emplace("call", nameText(static_cast<ProviderCall>(i)));
        parts->outcomes[i] =
            std::make_unique<CounterSlots>(detail::counters(registry, metric::kBflCalls), of_call,
                                           "outcome", errorCatalogue().size() + 1);
        parts->seconds[i] = &detail::histograms(registry, metric::kBflCallSeconds)
                                 .Add(of_call, detail::secondsBuckets());
    }
    return std::make_unique<ProviderMetrics>(std::move(parts));
}

Metrics::Metrics() : parts_{std::make_unique<Parts>()} {}
Metrics::~Metrics() = default;

HttpRouteMetrics& Metrics::httpRoute(std::string_view method, std::string_view route) {
    std::lock_guard lock{parts_->mutex};
    auto& entry = parts_->routes[fmt::format("{} {}", method, route)];
    if (!entry) entry = parts_->makeRoute(method, route);
    return *entry;
}

ProviderMetrics& Metrics::provider(std::string_view endpoint) {
    std::lock_guard lock{parts_->mutex};
    auto found = parts_->providers.find(endpoint);
    if (found == parts_->providers.end()) {
        const std::string name{endpoint};
        found = parts_->providers.emplace(name, parts_->makeProvider(name)).first;
    }
    return *found->second;
}

void Metrics::providerAccount(double credits) {
    parts_->account.Set(credits);
}

void Metrics::credits(UsageAction action, UsageKind kind, Credits amount) {
    if (amount > 0)
        parts_->credits[static_cast<std::size_t>(action)][kind].Increment(
            static_cast<double>(amount));
}

void Metrics::jobEnded(JobKind kind, JobStatus status) {
    auto* counter =
        parts_->kinds[static_cast<std::size_t>(kind)].ended[static_cast<std::size_t>(status)];
    if (counter != nullptr) counter->Increment();
}

void Metrics::jobStage(JobKind kind, JobStatus stage, std::chrono::nanoseconds took) {
    auto* histogram =
        parts_->kinds[static_cast<std::size_t>(kind)].stages[static_cast<std::size_t>(stage)];
    if (histogram != nullptr) histogram->Observe(detail::inSeconds(took));
}

void Metrics::jobOverhead(JobKind kind, std::chrono::nanoseconds took) {
    parts_->kinds[static_cast<std::size_t>(kind)].overhead.Observe(detail::inSeconds(took));
}

void Metrics::jobsActive(int change) {
    parts_->jobs_active.Increment(change);
}

void Metrics::queueDepth(std::int64_t waiting, std::int64_t delayed, std::int64_t active) {
    parts_->waiting.Set(static_cast<double>(waiting));
    parts_->delayed.Set(static_cast<double>(delayed));
    parts_->active.Set(static_cast<double>(active));
}

void Metrics::login(LoginOutcome outcome) {
    parts_->logins[outcome].Increment();
}
void Metrics::countedLocally(SharedLimit limit) {
    parts_->local_counts[limit].Increment();
}
void Metrics::webhook(DeliveryOutcome outcome) {
    parts_->deliveries[outcome].Increment();
}
void Metrics::eventStreams(int change) {
    parts_->streams.Increment(change);
}

std::vector<ProviderOutcome> Metrics::providerOutcomes() {
    std::vector<ProviderOutcome> out;
    for (const auto& family : parts_->registry.Collect()) {
        if (family.name != metric::kBflCalls.name) continue;
        for (const auto& metric : family.metric) {
            ProviderOutcome row;
            for (const auto& label : metric.label) {
                if (label.name == "endpoint") row.endpoint = label.value;
                if (label.name == "call") row.call = label.value;
                if (label.name == "outcome") row.outcome = label.value;
            }
            row.count = static_cast<std::int64_t>(metric.counter.value);
            out.push_back(std::move(row));
        }
    }
    return out;
}

std::string Metrics::expose() {
    parts_->process.refresh();
    return prometheus::TextSerializer{}.Serialize(parts_->registry.Collect());
}

}  // namespace atelier
