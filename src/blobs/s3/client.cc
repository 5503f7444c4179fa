#include "blobs/s3/client.h"

#include "blobs/s3/xml.h"

namespace atelier::s3 {
namespace {

constexpr Millis kConnectTimeout{5'000};
constexpr std::int64_t kLeastBytesPerMs = 128;  ///< slower uploads are given up
constexpr std::size_t kLargestAnswer = 1U << 30;

bool isSuccess(const Request& request, const HttpResponse& response) {
    if (response.status < 200 || response.status > 299) return false;
    return !request.may_fail_late || !parseError(response.body);
}

}  // namespace

Client::Client(S3Settings settings, std::unique_ptr<HttpClient> http, Clock& clock,
               Patience patience)
    : settings_{std::move(settings)},
      address_{addressOf(settings_)},
      signer_{settings_.access_key_id.value_or(""), settings_.secret_access_key.value_or(""),
              settings_.region},
      http_{std::move(http)},
      clock_{clock},
      patience_{patience} {}

Signable Client::signableOf(const Request& request) const {
    return {request.method, address_.host,   address_.pathOf(request.key),
            request.query,  request.headers, request.body_sha256};
}

Task<Answer> Client::sendOnce(Request request) {
    const auto signable = signableOf(request);
    HttpRequest out;
    out.method = request.method;
    out.url = address_.origin + encodedPath(signable.path);
    if (!request.query.empty()) out.url += "?" + encodedQuery(request.query);
    out.headers = signer_.headersFor(signable, clock_.now());
    out.body = request.body;
    out.connect_timeout = kConnectTimeout;
    const auto length = static_cast<std::int64_t>(request.body ? request.body->size() : 0);
    out.timeout = request.timeout + Millis{length / kLeastBytesPerMs};
    out.max_response_bytes = kLargestAnswer;
    auto response = co_await http_->send(std::move(out), {});
    if (!response) co_return std::unexpected(breakdown(settings_, response.error()));
    if (!isSuccess(request, *response))
        co_return std::unexpected(refusal(settings_, *response, clock_.now()));
    co_return std::move(*response);
}

Task<Answer> Client::send(Request request) {
    RetryBudget budget{patience_.retries, Deadline::after(patience_.in_all)};
    while (true) {
        auto answer = co_await sendOnce(request);
        if (answer || !answer.error().passing || !request.patient) co_return std::move(answer);
        const auto wait = budget.next();
        if (!wait) co_return std::move(answer);
        co_await clock_.sleep(*wait, {});
    }
}

std::string Client::linkTo(std::string_view key, Seconds lifetime) const {
    const auto signable = signableOf({.key = std::string{key}});
    return address_.origin + encodedPath(signable.path) + "?" +
           signer_.queryFor(signable, clock_.now(), lifetime);
}

std::string Client::sourceOf(std::string_view key) const {
    return encodedPath("/" + *settings_.bucket + "/" + std::string{key});
}

}  // namespace atelier::s3
