#include "http/problem.h"

#include <boost/json.hpp>

#include "http/text.h"

namespace atelier::http {
namespace {

namespace bj = boost::json;

/// Whole seconds, rounded up: a client that comes back after them comes late enough.
std::int64_t wholeSeconds(Millis wait) {
    return (wait.count() + 999) / 1000;
}

/// Details may quote what the client sent.
std::string shown(const std::string& text) {
    return isUtf8(text) ? text : "(not UTF-8)";
}

bj::array fieldErrors(const std::vector<FieldError>& fields) {
    bj::array out;
    for (const auto& field : fields)
        out.push_back(
            bj::object{{"pointer", shown(field.pointer)}, {"message", shown(field.message)}});
    return out;
}

/// Statuses that promise a Retry-After get one even when the error does not know better.
std::optional<Millis> retryAfter(const Error& error, drogon::HttpStatusCode status) {
    if (error.retry_after) return error.retry_after;
    if (status == drogon::k503ServiceUnavailable || status == drogon::k429TooManyRequests)
        return Millis{1000};
    if (error.code == ErrorCode::IdempotencyInProgress) return Millis{1000};
    return std::nullopt;
}

}  // namespace

drogon::HttpStatusCode statusOf(ErrorCode code) {
    using enum ErrorCode;
    // clang-format off: one line per status
    switch (code) {
        case BadRequest: case MalformedJson: case MalformedMultipart: return drogon::k400BadRequest;
        case Unauthenticated: case TokenExpired: case InvalidCredentials:
            return drogon::k401Unauthorized;
        case InsufficientCredits: return drogon::k402PaymentRequired;
        case Forbidden: case RegistrationClosed: return drogon::k403Forbidden;
        case NotFound: return drogon::k404NotFound;
        case MethodNotAllowed: return drogon::k405MethodNotAllowed;
        case NotAcceptable: return drogon::k406NotAcceptable;
        case Timeout: return drogon::k408RequestTimeout;
        case EmailTaken: case Conflict: case WebhookDisabled: case NotCancelable:
        case IdempotencyInProgress: return drogon::k409Conflict;
        case UploadTooLarge: return drogon::k413RequestEntityTooLarge;
        case HeadersTooLarge: return drogon::k431RequestHeaderFieldsTooLarge;
        case RangeNotSatisfiable: return drogon::k416RequestedRangeNotSatisfiable;
        case UnsupportedMediaType: return drogon::k415UnsupportedMediaType;
        case ValidationFailed: case PasswordTooCommon: case IdempotencyKeyReused:
        case ImageUndecodable: case ImageTooSmall: case ImageTooManyPixels: case NoPersonFound:
        case MaskInvalid: case ImportFailed: case UrlNotAllowed: case PromptInvalid: case ProviderRejected:
        case ProviderModeratedInput: case ProviderModeratedOutput: case ProviderEndpointRemoved:
            return drogon::k422UnprocessableEntity;
        case RateLimited: case TooManyActiveJobs: return drogon::k429TooManyRequests;
        case ProviderFailed: case ProviderAmbiguous: case ProviderUnauthorized:
        case ProviderTaskLost: case ProviderBadAnswer: case ProviderMisaligned:
        case DeliveryFailed: return drogon::k502BadGateway;
        case ProviderUnavailable: case ProviderBusy: case ProviderCreditsExhausted:
        case NotReady: return drogon::k503ServiceUnavailable;
        case JobExpired: return drogon::k504GatewayTimeout;
        case Canceled: return drogon::k409Conflict;
        case Internal: return drogon::k500InternalServerError;
    }
    // clang-format on
    return drogon::k500InternalServerError;
}

drogon::HttpResponsePtr problem(const Error& error, const std::string& request_id) {
    const auto status = statusOf(error.code);
    const auto& info = errorInfo(error.code);
    const auto name = std::string{info.name};
    bj::object body{
        {"type", "/docs/errors#" + name},
        {"title", info.title},
        {"status", static_cast<int>(status)},
        {"code", name},
        {"detail", error.detail.empty() ? std::string{info.title} : shown(error.detail)},
        {"requestId", request_id}};
    if (!error.fields.empty()) body.emplace("errors", fieldErrors(error.fields));
    for (const auto& [figure, value] : error.figures) body.emplace(figure, value);

    auto response = drogon::HttpResponse::newHttpResponse();
    response->setStatusCode(status);
    if (const auto wait = retryAfter(error, status)) {
        body.emplace("retryAfter", wholeSeconds(*wait));
        response->addHeader("retry-after", std::to_string(wholeSeconds(*wait)));
    }
    if (status == drogon::k401Unauthorized) response->addHeader("www-authenticate", "Bearer");
    response->setContentTypeString("application/problem+json");
    response->addHeader("cache-control", "no-store");
    response->setBody(bj::serialize(body));
    return response;
}

}  // namespace atelier::http
