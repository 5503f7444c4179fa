#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "http/access.h"
#include "http/access_log.h"
#include "http/api_parts.h"
#include "http/client_address.h"
#include "http/cors.h"
#include "http/document.h"
#include "http/idempotency.h"
#include "http/operation_table.h"
#include "http/rate_limits.h"
#include "http/router.h"
#include "net/http_host.h"
#include "util/worker_pool.h"

namespace atelier::http {

class Handlers;

/// The HTTP API: every request is matched, authenticated, checked against api/openapi.yaml and
/// handed to its handler; every failure becomes a problem in one place. Thread-safe; must outlive
/// the host it is a site of.
class HttpApi {
  public:
    /// Errors: Internal (document and handlers do not agree), ValidationFailed (options).
    static Result<std::unique_ptr<HttpApi>> create(ApiParts parts, ApiOptions options);
    ~HttpApi();

    /// The site to add to a host.
    net::Site site(std::string host, std::uint16_t port);

    /// Ends event streams and waits of `Prefer: wait`, for a quick drain.
    void stop();

  private:
    HttpApi(ApiParts parts, ApiOptions options, Document document, TrustedProxies proxies);
    Result<> bind();

    Task<drogon::HttpResponsePtr> handle(drogon::HttpRequestPtr request);
    Task<Answer> answer(CallPtr call);
    Task<Result<>> readWholeBody(CallPtr call);
    Answer routeless(const drogon::HttpRequestPtr& request, const Router::Match& match) const;
    void finish(const Call& call, const drogon::HttpResponsePtr& response, HttpRouteMetrics& route);
    drogon::HttpResponsePtr refuse(const drogon::HttpRequestPtr& request, net::Refusal why);

    ApiParts parts_;
    const ApiOptions options_;
    const Document document_;
    const TrustedProxies proxies_;
    const Cors cors_;
    Gatekeeper gatekeeper_;
    RateLimits rate_limits_;
    Idempotency idempotency_;
    Router router_;
    std::vector<Handler> handlers_;
    std::vector<HttpRouteMetrics*> route_metrics_;  ///< per operation, last: everything else
    AccessLog access_log_;
    std::stop_source stop_;
    WorkerPool body_pool_;
    std::unique_ptr<Handlers> handler_objects_;
};

}  // namespace atelier::http
