#include "http/cors.h"

#include <algorithm>

namespace atelier::http {
namespace {

const std::string& originOf(const drogon::HttpRequestPtr& request) {
    static const std::string kNone;
    const auto& headers = request->headers();
    const auto origin = headers.find("origin");
    return origin == headers.end() ? kNone : origin->second;
}

}  // namespace

bool Cors::allows(const std::string& origin) const {
    return std::ranges::any_of(origins_,
                               [&](const auto& known) { return known == "*" || known == origin; });
}

bool Cors::isPreflight(const drogon::HttpRequestPtr& request) {
    return request->method() == drogon::Options && !originOf(request).empty() &&
           request->headers().contains("access-control-request-method");
}

drogon::HttpResponsePtr Cors::preflight(const drogon::HttpRequestPtr& request,
                                        std::string_view allow) const {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setStatusCode(drogon::k204NoContent);
    response->setContentTypeCode(drogon::CT_NONE);
    apply(request, response);
    if (allows(originOf(request))) {
        response->addHeader("access-control-allow-methods", std::string{allow});
        response->addHeader(
            "access-control-allow-headers",
            "authorization, content-type, idempotency-key, if-none-match, if-range, "
            "last-event-id, prefer, range, x-request-id");
        response->addHeader("access-control-max-age", "600");
    }
    return response;
}

void Cors::apply(const drogon::HttpRequestPtr& request,
                 const drogon::HttpResponsePtr& response) const {
    if (origins_.empty()) return;
    response->addHeader("vary", "origin");
    const auto& origin = originOf(request);
    if (origin.empty() || !allows(origin)) return;
    response->addHeader("access-control-allow-origin", origin);
    response->addHeader(
        "access-control-expose-headers",
        "content-disposition, content-range, etag, idempotent-replayed, location, "
        "preference-applied, ratelimit, ratelimit-policy, retry-after, x-credits-held, "
        "x-credits-left, x-request-id");
}

}  // namespace atelier::http
