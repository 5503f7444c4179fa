#include "app/demo/api_client.h"

#include <fmt/format.h>

#include "util/json.h"

namespace atelier {

Result<Bytes> ApiClient::send(HttpRequest request) {
    request.timeout = Seconds{120};
    if (!request.url.starts_with("http")) {
        request.url = base_url_ + request.url;
        if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
    }
    const auto what =
        fmt::format("{} {}", request.method, request.url.substr(0, request.url.find('?')));
    auto sent = drogon::sync_wait(http_.send(std::move(request), {}));
    if (!sent)
        return failure(ErrorCode::NotReady,
                       fmt::format("{} failed: {}", what, sent.error().message));
    if (sent->status / 100 != 2)
        return failure(ErrorCode::Internal,
                       fmt::format("{} answered {}: {}", what, sent->status, sent->body));
    return std::move(sent->body);
}

namespace {

Result<boost::json::value> parsed(Result<Bytes> body) {
    if (!body) return failure(std::move(body.error()));
    auto value = json::parse(*body);
    if (!value)
        return failure(ErrorCode::Internal, "the answer is not JSON: " + value.error().message);
    return std::move(*value);
}

}  // namespace

Result<boost::json::value> ApiClient::get(const std::string& path) {
    HttpRequest request;
    request.url = path;
    return parsed(send(std::move(request)));
}

Result<boost::json::value> ApiClient::post(const std::string& path, const boost::json::object& body,
                                           const std::string& prefer) {
    HttpRequest request;
    request.method = "POST";
    request.url = path;
    request.headers.emplace_back("Content-Type", "application/json");
    if (!prefer.empty()) request.headers.emplace_back("Prefer", prefer);
    request.body = share(boost::json::serialize(body));
    return parsed(send(std::move(request)));
}

Result<Bytes> ApiClient::fetch(const std::string& path_or_url) {
    HttpRequest request;
    request.url = path_or_url;
    return send(std::move(request));
}

}  // namespace atelier
