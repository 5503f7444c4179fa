#include "emulator/http_adapter.h"

#include <algorithm>

#include <fmt/format.h>

#include "net/http_host.h"

namespace atelier::emulator {

Request readRequest(const drogon::HttpRequestPtr& request) {
    Request out;
    out.method = request->methodString();
    out.path = request->path();
    for (const auto& [name, value] : request->parameters()) out.query.emplace(name, value);
    const auto& host = request->getHeader("host");
    out.origin = "http://" + (host.empty() ? request->localAddr().toIpPort() : host);
    out.key = request->getHeader("x-key");
    out.content_type = request->getHeader("content-type");
    out.body = net::bodyOf(request);
    return out;
}

drogon::HttpResponsePtr toResponse(const Reply& reply) {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setStatusCode(static_cast<drogon::HttpStatusCode>(reply.status));
    response->setContentTypeString(reply.content_type);
    for (const auto& [name, value] : reply.headers) response->addHeader(name, value);
    if (reply.body) response->setBody(std::string{*reply.body});
    return response;
}

void sendTruncated(const drogon::HttpRequestPtr& request, const Reply& reply,
                   std::optional<std::int64_t> bytes) {
    const Bytes body = reply.body ? *reply.body : Bytes{};
    const auto half = static_cast<std::int64_t>(body.size() / 2);
    const auto kept =
        std::clamp<std::int64_t>(bytes.value_or(half), 0, static_cast<std::int64_t>(body.size()));
    auto raw = fmt::format("HTTP/1.1 {} \r\ncontent-type: {}\r\ncontent-length: {}\r\n",
                           reply.status, reply.content_type, body.size());
    for (const auto& [name, value] : reply.headers) raw += fmt::format("{}: {}\r\n", name, value);
    raw += "\r\n";
    raw += body.substr(0, static_cast<std::size_t>(kept));
    net::sendRaw(request, std::move(raw));
    net::closeConnection(request);
}

}  // namespace atelier::emulator
