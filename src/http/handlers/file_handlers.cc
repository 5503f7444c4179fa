#include "http/handlers/file_handlers.h"

#include <fmt/format.h>

#include "http/media.h"
#include "http/problem.h"
#include "http/reply.h"

namespace atelier::http {
namespace {

/// Content under a key never changes, so the key is the best tag there is.
std::string etagOf(std::string_view key) {
    return fmt::format("\"{}\"", key.substr(0, 32));
}

void describe(const drogon::HttpResponsePtr& response, const std::string& etag) {
    response->addHeader("etag", etag);
    response->addHeader("accept-ranges", "bytes");
    response->addHeader("cache-control", "private, max-age=31536000, immutable");
    response->addHeader("content-security-policy", "default-src 'none'; sandbox");
    response->addHeader("cross-origin-resource-policy", "cross-origin");
}

constexpr Seconds kDirectLinkLifetime{300};

drogon::HttpResponsePtr statusReply(drogon::HttpStatusCode status) {
    auto response = emptyReply();
    response->setStatusCode(status);
    return response;
}

/// Clients may keep the answer for as long as the link surely works.
drogon::HttpResponsePtr redirect(const std::string& url) {
    auto response = statusReply(drogon::k302Found);
    response->addHeader("location", url);
    response->addHeader("cache-control",
                        fmt::format("private, max-age={}", kDirectLinkLifetime.count() / 2));
    response->addHeader("cross-origin-resource-policy", "cross-origin");
    return response;
}

drogon::HttpResponsePtr beyond(const Call& call, std::int64_t size) {
    Error error;
    error.code = ErrorCode::RangeNotSatisfiable;
    error.detail = fmt::format("the picture has {} bytes", size);
    auto response = problem(error, call.request_id);
    response->addHeader("content-range", fmt::format("bytes */{}", size));
    return response;
}

ByteRange wantedRange(const Call& call, const std::string& etag, std::int64_t size) {
    if (!rangeApplies(call.text("if-range").value_or(""), etag)) return {};
    return parseRange(call.text("range").value_or(""), size);
}

}  // namespace

void FileHandlers::bind(OperationTable& table) {
    table.bind("getFile", *this, &FileHandlers::getFile);
}

Task<Answer> FileHandlers::getFile(CallPtr call) {
    const std::string key{*call->text("key")};
    if (!links_.verify(key, *call->text("exp"), *call->text("sig")))
        co_return failure(ErrorCode::Forbidden,
                          "the link has expired or was changed; read the object for a fresh one");
    if (const auto direct = blobs_.directUrl(key, kDirectLinkLifetime)) co_return redirect(*direct);
    auto info = co_await blobs_.stat(key);
    if (!info) co_return failure(std::move(info.error()));
    if (!*info) co_return failure(ErrorCode::NotFound, "the picture is gone");

    const auto etag = etagOf(key);
    const auto size = (*info)->bytes;
    drogon::HttpResponsePtr response;
    if (matchesEtag(call->text("if-none-match").value_or(""), etag)) {
        response = statusReply(drogon::k304NotModified);
    } else if (const auto part = wantedRange(*call, etag, size);
               part.kind == ByteRange::Kind::Unsatisfiable) {
        co_return beyond(*call, size);
    } else {
        const bool whole = part.kind == ByteRange::Kind::Whole;
        auto sent = co_await send(key, whole ? ByteRange{part.kind, 0, size} : part);
        if (!sent) co_return failure(std::move(sent.error()));
        response = std::move(*sent);
        response->setContentTypeString(contentTypeOf(key));
        if (!whole) {
            response->setStatusCode(drogon::k206PartialContent);
            const auto last = part.first + part.length - 1;
            response->addHeader("content-range",
                                fmt::format("bytes {}-{}/{}", part.first, last, size));
        }
    }
    describe(response, etag);
    co_return response;
}

Task<Answer> FileHandlers::send(std::string key, ByteRange part) {
    if (const auto path = blobs_.localPath(key)) {
        // Drogon sends larger files with sendfile(2), smaller ones from memory.
        co_return drogon::HttpResponse::newFileResponse(
            path->string(), static_cast<std::size_t>(part.first),
            static_cast<std::size_t>(part.length), false);
    }
    auto bytes = co_await blobs_.getRange(key, part.first, part.length);
    if (!bytes) co_return failure(std::move(bytes.error()));
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setBody(std::move(*bytes));
    co_return response;
}

}  // namespace atelier::http
