#include "http/health_site.h"

#include <algorithm>

#include "http/problem.h"
#include "http/reply.h"
#include "http/request_id.h"
#include "http/views.h"
#include "util/encoding.h"

namespace atelier::http {
namespace {

Task<drogon::HttpResponsePtr> answer(HealthParts parts, drogon::HttpRequestPtr request) {
    const auto refuse = [](ErrorCode code, std::string detail) {
        return problem(Error{code, std::move(detail)}, requestIdFrom(""));
    };
    if (request->method() != drogon::Get && request->method() != drogon::Head)
        co_return refuse(ErrorCode::MethodNotAllowed, "this answers GET");
    const auto path = request->path();
    if (path == "/healthz") co_return jsonReply(200, boost::json::object{{"status", "ok"}});
    if (path == "/readyz") {
        auto checks = co_await parts.readiness();
        co_return readinessReply(std::move(checks));
    }
    if (path != "/metrics")
        co_return refuse(ErrorCode::NotFound, "there are /healthz, /readyz and /metrics");
    if (parts.metrics_token &&
        !equalInConstantTime(request->getHeader("authorization"), "Bearer " + *parts.metrics_token))
        co_return refuse(ErrorCode::Unauthenticated,
                         "send Authorization: Bearer with METRICS_TOKEN");
    co_return metricsReply(parts.metrics);
}

}  // namespace

drogon::HttpResponsePtr readinessReply(std::vector<ReadinessCheck> checks) {
    ReadinessView view;
    view.checks = std::move(checks);
    const bool failed =
        std::ranges::count(view.checks, CheckStatus::Failure, &ReadinessCheck::status) > 0;
    view.status = failed ? ReadinessStatus::NotReady : ReadinessStatus::Ready;
    auto response = jsonReply(failed ? 503 : 200, view);
    response->addHeader("cache-control", "no-store");
    if (failed) response->addHeader("retry-after", "5");
    return response;
}

drogon::HttpResponsePtr metricsReply(Metrics& metrics) {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setContentTypeString("text/plain; version=0.0.4; charset=utf-8");
    response->setBody(metrics.expose());
    return response;
}

net::Site healthSite(HealthParts parts, const ListenAddress& listen) {
    net::Site site;
    site.name = "health";
    site.host = listen.host;
    site.port = listen.port;
    site.handler = [parts = std::move(parts)](drogon::HttpRequestPtr request) {
        return answer(parts, std::move(request));
    };
    site.max_body_bytes = 0;
    return site;
}

}  // namespace atelier::http
