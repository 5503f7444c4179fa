#include "http/access.h"

#include "http/text.h"
#include "util/encoding.h"

namespace atelier::http {
namespace {

/// Reading needs one scope, changing anything another; what is for admins, or reads though it is a
/// POST, says so in the document.
Scope scopeFor(const Operation& operation) {
    if (operation.access == Access::Admin || operation.access == Access::Metrics)
        return Scope::Admin;
    return operation.only_reads ? Scope::Read : Scope::Jobs;
}

}  // namespace

std::string bearerOf(const drogon::HttpRequestPtr& request) {
    const auto& headers = request->headers();
    const auto header = headers.find("authorization");
    if (header == headers.end()) return {};
    std::string_view rest = header->second;
    if (lowered(cut(rest, ' ')) != "bearer") return {};
    return std::string{trimmed(rest)};
}

Result<> requireAccessToken(const Call& call) {
    if (!call.principal->api_key) return {};
    return failure(ErrorCode::Forbidden,
                   "this needs an access token (/auth/login), not an API key");
}

bool Gatekeeper::hasMetricsToken(const std::string& bearer) const {
    return metrics_token_ && !metrics_token_->empty() &&
           equalInConstantTime(*metrics_token_, bearer);
}

Task<Result<>> Gatekeeper::identify(CallPtr call) {
    const auto& operation = *call->operation;
    if (operation.access == Access::Anyone) co_return Result<>{};
    auto bearer = bearerOf(call->request);
    if (bearer.empty())
        co_return failure(ErrorCode::Unauthenticated,
                          "send Authorization: Bearer with an access token");
    if (operation.access == Access::Metrics && hasMetricsToken(bearer)) co_return Result<>{};

    auto principal = co_await auth_.authenticate(std::move(bearer));
    if (!principal) co_return failure(std::move(principal.error()));
    call->principal = std::move(*principal);
    co_return Result<>{};
}

Result<> Gatekeeper::allow(const Call& call) {
    if (!call.principal) return {};
    const auto scope = scopeFor(*call.operation);
    if (call.principal->may(scope)) return {};
    return failure(ErrorCode::Forbidden, "this needs the scope " + std::string{nameOf(scope)} +
                                             (scope == Scope::Admin ? " of an administrator" : ""));
}

}  // namespace atelier::http
