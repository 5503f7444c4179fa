#include "http/handlers/ops_handlers.h"

#include <algorithm>

#include "http/reply.h"
#include "net/http_host.h"

namespace atelier::http {

void OpsHandlers::bind(OperationTable& table) {
    table.bind("getHealth", *this, &OpsHandlers::getHealth);
    table.bind("getReadiness", *this, &OpsHandlers::getReadiness);
    table.bind("getMetrics", *this, &OpsHandlers::getMetrics);
    table.bind("receiveBflWebhook", *this, &OpsHandlers::receiveBflWebhook);
}

Task<Answer> OpsHandlers::getHealth(CallPtr) {
    boost::json::object body{{"status", "ok"}};
    co_return jsonReply(200, body);
}

Task<Answer> OpsHandlers::getReadiness(CallPtr) {
    ReadinessView view;
    view.checks = co_await parts_.readiness();
    const bool failed =
        std::ranges::count(view.checks, CheckStatus::Failure, &ReadinessCheck::status) > 0;
    view.status = failed ? ReadinessStatus::NotReady : ReadinessStatus::Ready;
    auto response = jsonReply(failed ? 503 : 200, view);
    response->addHeader("cache-control", "no-store");
    if (failed) response->addHeader("retry-after", "5");
    co_return response;
}

Task<Answer> OpsHandlers::getMetrics(CallPtr) {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setContentTypeString("text/plain; version=0.0.4; charset=utf-8");
    response->setBody(parts_.metrics.expose());
    co_return response;
}

Task<Answer> OpsHandlers::receiveBflWebhook(CallPtr call) {
    if (!parts_.provider_hook)
        co_return failure(ErrorCode::NotFound, "webhooks of the provider are not in use");
    ProviderHook hook;
    hook.token = *call->text("token");
    for (const auto& [name, value] : call->request->headers()) hook.headers.emplace(name, value);
    hook.body = *net::bodyOf(call->request);
    auto taken = co_await parts_.provider_hook(std::move(hook));
    if (!taken) co_return failure(std::move(taken.error()));
    co_return emptyReply();
}

}  // namespace atelier::http
