#include "http/api.h"

#include <fmt/format.h>

#include "http/handlers/handlers.h"
#include "http/media.h"
#include "http/parameters.h"
#include "http/problem.h"
#include "http/request_id.h"
#include "telemetry/log.h"

namespace atelier::http {
namespace {

/// Larger bodies are parsed and decoded on a pool, so that an event loop is never kept for long.
constexpr std::size_t kLargeBody = 256u << 10;
constexpr std::size_t kBodyThreads = 2;
constexpr std::size_t kBodiesWaiting = 64;

const std::string& headerOf(const drogon::HttpRequestPtr& request, const std::string& name) {
    static const std::string kNone;
    const auto& headers = request->headers();
    const auto found = headers.find(name);
    return found == headers.end() ? kNone : found->second;
}

CallPtr newCall(const drogon::HttpRequestPtr& request) {
    auto call = std::make_shared<Call>();
    call->request = request;
    call->received = std::chrono::steady_clock::now();
    call->request_id = requestIdFrom(headerOf(request, "x-request-id"));
    return call;
}

void logCause(const Call& call, const Error& error) {
    if (error.cause.empty() && statusOf(error.code) < drogon::k500InternalServerError) return;
    log::warn("request failed", {{"requestId", call.request_id},
                                 {"code", error.code},
                                 {"detail", error.detail},
                                 {"cause", error.cause}});
}

}  // namespace

Result<std::unique_ptr<HttpApi>> HttpApi::create(ApiParts parts, ApiOptions options) {
    auto document = Document::parse(Document::embedded());
    if (!document) return failure(std::move(document.error()));
    auto proxies = TrustedProxies::parse(options.trusted_proxies);
    if (!proxies) return failure(std::move(proxies.error()));
    std::unique_ptr<HttpApi> api{new HttpApi{std::move(parts), std::move(options),
                                             std::move(*document), std::move(*proxies)}};
    if (auto bound = api->bind(); !bound) return failure(std::move(bound.error()));
    return api;
}

HttpApi::HttpApi(ApiParts parts, ApiOptions options, Document document, TrustedProxies proxies)
    : parts_{std::move(parts)},
      options_{std::move(options)},
      document_{std::move(document)},
      proxies_{std::move(proxies)},
      cors_{options_.cors_origins},
      gatekeeper_{parts_.auth, options_.metrics_token},
      rate_limits_{parts_.rate_limiter, options_.per_minute},
      idempotency_{parts_.idempotent, parts_.links},
      body_pool_{"bodies", kBodyThreads, kBodiesWaiting, WorkerPool::Priority::LeavesOne} {}

HttpApi::~HttpApi() {
    stop();
}

Result<> HttpApi::bind() {
    handler_objects_ = std::make_unique<Handlers>(parts_, options_, document_, stop_.get_token());
    OperationTable table;
    handler_objects_->bind(table);
    auto matched = table.matchedTo(document_);
    if (!matched) return failure(std::move(matched.error()));
    handlers_ = std::move(*matched);
    const auto& operations = document_.operations();
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const auto& operation = operations[i];
        if (!router_.add(operation.method, operation.path, i))
            return failure(ErrorCode::Internal,
                           operation.method + " " + operation.path + " cannot be routed");
        route_metrics_.push_back(&parts_.metrics.httpRoute(operation.method, operation.path));
    }
    route_metrics_.push_back(&parts_.metrics.httpRoute("any", "unmatched"));
    return {};
}

net::Site HttpApi::site(std::string host, std::uint16_t port) {
    net::Site site;
    site.name = "api";
    site.host = std::move(host);
    site.port = port;
    site.handler = [this](drogon::HttpRequestPtr request) { return handle(std::move(request)); };
    site.refuse = [this](drogon::HttpRequestPtr request, net::Refusal why) {
        return refuse(request, why);
    };
    Operation largest;
    largest.uploads = true;
    site.max_body_bytes = std::max(options_.limits.json, bodyLimit(largest, options_.limits));
    return site;
}

void HttpApi::stop() {
    stop_.request_stop();
}

Answer HttpApi::routeless(const drogon::HttpRequestPtr& request, const Router::Match& match) const {
    if (match.kind == Router::Match::Kind::NoSuchPath)
        return failure(ErrorCode::NotFound, "there is no such path");
    if (Cors::isPreflight(request)) return cors_.preflight(request, match.allow);
    return failure(ErrorCode::MethodNotAllowed, "this path answers " + std::string{match.allow});
}

Task<drogon::HttpResponsePtr> HttpApi::handle(drogon::HttpRequestPtr request) {
    const auto call = newCall(request);
    const auto match = router_.find(request->methodString(), request->path());
    const bool found = match.kind == Router::Match::Kind::Found;
    auto& route = *route_metrics_[found ? match.target : handlers_.size()];
    route.begin();

    Answer given;
    if (found) {
        call->operation = &document_.operations()[match.target];
        call->path_values = match.values;
        given = co_await answer(call);
    } else {
        given = routeless(request, match);
    }
    drogon::HttpResponsePtr response;
    if (given) {
        response = std::move(*given);
    } else {
        logCause(*call, given.error());
        response = problem(given.error(), call->request_id);
        if (match.kind == Router::Match::Kind::WrongMethod)
            response->addHeader("allow", std::string{match.allow});
    }
    finish(*call, response, route);
    co_return response;
}

Task<Answer> HttpApi::answer(CallPtr call) {
    const auto& operation = *call->operation;
    const auto& request = call->request;
    if (operation.access == Access::Anyone)  // who signs in is throttled by address
        call->address =
            proxies_.clientOf(net::peerAddress(request), headerOf(request, "x-forwarded-for"));
    auto known = co_await gatekeeper_.identify(call);
    if (!known) co_return failure(std::move(known.error()));
    auto counted = co_await rate_limits_.admit(call);
    if (!counted) co_return failure(std::move(counted.error()));
    auto allowed = Gatekeeper::allow(*call);
    if (!allowed) co_return failure(std::move(allowed.error()));
    if (!isAcceptable(headerOf(request, "accept"), operation.produces))
        co_return failure(ErrorCode::NotAcceptable,
                          "this answers with " + operation.produces.front());
    auto read = readParameters(*call, request->query());
    if (!read) co_return failure(std::move(read.error()));
    if (!operation.bodies.empty()) {
        auto body = co_await readWholeBody(call);
        if (!body) co_return failure(std::move(body.error()));
    }
    const auto& handler =
        handlers_[static_cast<std::size_t>(&operation - document_.operations().data())];
    if (call->text("idempotency-key")) {
        auto once = co_await idempotency_.run(call, &handler);
        co_return once;
    }
    auto given = co_await handler(call);
    co_return given;
}

Task<Result<>> HttpApi::readWholeBody(CallPtr call) {
    if (net::bodyOf(call->request)->size() <= kLargeBody)
        co_return readBody(*call, options_.limits);
    auto work = [call, limits = options_.limits] {
        takeFingerprint(*call);
        return readBody(*call, limits);
    };
    auto done = co_await body_pool_.run(std::move(work));
    if (!done)
        co_return failure(ErrorCode::NotReady,
                          "too many large requests are being read; try again shortly");
    co_return std::move(*done);
}

void HttpApi::finish(const Call& call, const drogon::HttpResponsePtr& response,
                     HttpRouteMetrics& route) {
    response->addHeader("x-request-id", call.request_id);
    response->addHeader("x-content-type-options", "nosniff");
    rate_limits_.describe(call, response);
    response->addHeader("x-frame-options", "DENY");
    response->addHeader("referrer-policy",
                        "no-referrer");  // addresses of pages may hold signatures
    cors_.apply(call.request, response);
    const auto status = static_cast<int>(response->statusCode());
    const auto took = std::chrono::steady_clock::now() - call.received;
    route.end(status, took);
    AccessEntry entry;
    entry.request_id = call.request_id;
    entry.method = call.request->methodString();
    if (call.operation != nullptr) entry.route = call.operation->path;
    entry.status = status;
    entry.micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    entry.bytes = response->body().size();
    if (call.principal) entry.user = call.principal->user->id;
    access_log_.add(entry);
}

drogon::HttpResponsePtr HttpApi::refuse(const drogon::HttpRequestPtr& request, net::Refusal why) {
    const auto call = newCall(request);
    const auto limit = options_.limits.upload;
    Error error;
    switch (why) {
        case net::Refusal::BodyTooLarge:
            error.code = ErrorCode::UploadTooLarge;
            error.detail = fmt::format("an upload may have {} bytes", limit);
            break;
        case net::Refusal::HeadersTooLarge:
            error.code = ErrorCode::HeadersTooLarge;
            error.detail = "the headers are too large";
            break;
        case net::Refusal::Malformed:
            error.code = ErrorCode::BadRequest;
            error.detail = "the headers are not what RFC 9112 allows";
            break;
        case net::Refusal::TooSlow:
            error.code = ErrorCode::Timeout;
            error.detail = "the body came too slowly: send it without long pauses";
            break;
        case net::Refusal::Overloaded:
            error.code = ErrorCode::NotReady;
            error.detail = "too many uploads are under way; try again shortly";
            break;
        case net::Refusal::HandlerFailed:
            error.code = ErrorCode::Internal;
            break;
    }
    auto response = problem(error, call->request_id);
    auto& route = *route_metrics_.back();
    route.begin();
    finish(*call, response, route);
    return response;
}

}  // namespace atelier::http
