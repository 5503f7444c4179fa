#include "telemetry/metrics.h"

#include <gmock/gmock.h>

#include "telemetry/metric_catalogue.h"
#include "util/names.h"

namespace atelier {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

TEST(MetricsTest, CountsRequestsByRouteAndStatus) {
    Metrics metrics;
    auto& route = metrics.httpRoute("GET", "/credits/balance");
    for (const int status : {200, 200, 401}) {
        route.begin();
        route.end(status, 2ms);
    }
    route.begin();
    const auto text = metrics.expose();
    EXPECT_THAT(
        text,
        HasSubstr(
            R"(atelier_http_requests_total{method="GET",route="/credits/balance",status="200"} 2)"));
    EXPECT_THAT(text, HasSubstr(R"(status="401"} 1)"));
    EXPECT_THAT(text, HasSubstr("atelier_http_requests_in_flight 1"));
    EXPECT_THAT(text, HasSubstr(R"(le="0.0025"} 3)"));
    EXPECT_EQ(&route, &metrics.httpRoute("GET", "/credits/balance"));
}

TEST(MetricsTest, CountsProviderCallsByEndpointAndOutcome) {
    Metrics metrics;
    auto& fill = metrics.provider("flux-pro-1.0-fill");
    fill.call(ProviderCall::Submit, std::nullopt, 20ms);
    fill.call(ProviderCall::Submit, ErrorCode::ProviderBusy, 20ms);
    fill.call(ProviderCall::Poll, std::nullopt, 5ms);
    fill.task(8s, 4);
    fill.active(3);
    fill.cost(5.5);
    fill.breaker(BreakerState::Open);
    const auto text = metrics.expose();
    EXPECT_THAT(
        text,
        HasSubstr(
            R"(atelier_bfl_calls_total{call="submit",endpoint="flux-pro-1.0-fill",outcome="ok"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(outcome="provider_busy"} 1)"));
    EXPECT_THAT(text,
                HasSubstr(R"(atelier_bfl_polls_per_task_sum{endpoint="flux-pro-1.0-fill"} 4)"));
    EXPECT_THAT(text, HasSubstr(R"(atelier_bfl_active_tasks{endpoint="flux-pro-1.0-fill"} 3)"));
    EXPECT_THAT(text,
                HasSubstr(R"(atelier_bfl_cost_credits_total{endpoint="flux-pro-1.0-fill"} 5.5)"));
    EXPECT_THAT(text, HasSubstr(R"(atelier_bfl_breaker_state{endpoint="flux-pro-1.0-fill"} 2)"));
}

TEST(MetricsTest, CountsCreditsAndJobs) {
    Metrics metrics;
    metrics.credits(UsageAction::Tryon, UsageKind::Hold, 5);
    metrics.credits(UsageAction::Grant, UsageKind::Grant, -5);
    metrics.jobEnded(JobKind::Tryon, JobStatus::Succeeded);
    metrics.jobStage(JobKind::Tryon, JobStatus::Generating, 7s);
    metrics.jobsActive(+1);
    metrics.jobsActive(+1);
    metrics.jobsActive(-1);
    metrics.queueDepth(4, 2, 1);
    const auto text = metrics.expose();
    EXPECT_THAT(text, HasSubstr(R"(atelier_credits_total{action="tryon",kind="hold"} 5)"));
    EXPECT_THAT(text, HasSubstr(R"(atelier_credits_total{action="grant",kind="grant"} 0)"));
    EXPECT_THAT(text, HasSubstr(R"(atelier_jobs_total{kind="tryon",status="succeeded"} 1)"));
    EXPECT_THAT(text,
                HasSubstr(R"(atelier_job_stage_seconds_sum{kind="tryon",stage="generating"} 7)"));
    EXPECT_THAT(text, HasSubstr("atelier_jobs_active 1"));
    EXPECT_THAT(text, HasSubstr(R"(atelier_queue_depth{state="waiting"} 4)"));
    EXPECT_THAT(text, Not(HasSubstr(R"(status="queued")")));
}

TEST(MetricsTest, CatalogueNamesExactlyWhatIsExposed) {
    Metrics metrics;
    metrics.httpRoute("GET", "/x").begin();
    metrics.httpRoute("GET", "/x").end(200, 1ms);
    metrics.provider("e").call(ProviderCall::Submit, std::nullopt, 1ms);
    const auto text = metrics.expose();
    std::size_t families = 0;
    for (auto at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1))
        ++families;
    EXPECT_EQ(families, metricCatalogue().size());
    for (const auto& info : metricCatalogue()) {
        EXPECT_THAT(text, HasSubstr(fmt::format("# TYPE {} {}\n", info.name, nameOf(info.type))));
    }
}

TEST(MetricsTest, MeasuresTheProcess) {
    Metrics metrics;
    EXPECT_THAT(metrics.expose(), Not(HasSubstr("process_resident_memory_bytes 0\n")));
}

}  // namespace
}  // namespace atelier
