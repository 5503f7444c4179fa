#include "http/handlers/ops_handlers.h"

#include "http/health_site.h"
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
    auto checks = co_await parts_.readiness();
    co_return readinessReply(std::move(checks));
}

Task<Answer> OpsHandlers::getMetrics(CallPtr) {
    co_return metricsReply(parts_.metrics);
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
