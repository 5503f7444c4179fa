#include "blobs/s3/failure.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "blobs/s3/xml.h"
#include "util/http_date.h"

namespace atelier::s3 {
namespace {

constexpr std::size_t kMostOfAMessage = 200;
constexpr Millis kRetryAfter{2'000};

/// Source: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; RequestTimeout is a 400.
constexpr std::array<std::string_view, 7> kPassingCodes{
    "SlowDown",         "ServiceUnavailable", "InternalError",  "RequestTimeout",
    "OperationAborted", "Throttling",         "TooManyRequests"};

bool isPassing(int status, std::string_view code) {
    return status == 429 || status == 500 || status >= 502 ||
           std::ranges::find(kPassingCodes, code) != kPassingCodes.end();
}

std::string headerOf(const HttpResponse& response, const std::string& name) {
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? std::string{} : found->second;
}

std::string skewOf(const HttpResponse& response, Instant now) {
    const auto theirs = parseHttpDate(headerOf(response, "date"));
    if (!theirs) return "differs too much from";
    const auto ahead = std::chrono::round<Seconds>(now - *theirs).count();
    return fmt::format("is {} s {}", ahead < 0 ? -ahead : ahead, ahead < 0 ? "behind" : "ahead of");
}

/// Empty for codes that say enough by themselves.
std::string explanation(const S3Settings& settings, const HttpResponse& response,
                        const ErrorBody& error, Instant now) {
    const auto& endpoint = *settings.endpoint;
    const auto& code = error.code;
    if (code == "NoSuchBucket" || code == "InvalidBucketName")
        return fmt::format("there is no bucket \"{}\" (S3_BUCKET) at {}", *settings.bucket,
                           endpoint);
    if (code == "InvalidAccessKeyId" || code == "XAdminUserNotFound")  // the latter: versitygw
        return fmt::format("S3_ACCESS_KEY_ID \"{}\" is not known at {}",
                           settings.access_key_id.value_or(""), endpoint);
    if (code == "SignatureDoesNotMatch")
        return fmt::format("S3_SECRET_ACCESS_KEY is not the secret of S3_ACCESS_KEY_ID \"{}\"",
                           settings.access_key_id.value_or(""));
    if (code == "AccessDenied" || (code.empty() && response.status == 403)) {
        return fmt::format(
            "the access key may not do this in bucket \"{}\": it needs s3:GetObject, s3:PutObject, "
            "s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucket",
            *settings.bucket);
    }
    if (code == "RequestTimeTooSkewed")
        return fmt::format(
            "the clock of this machine {} that of {}: run a time service such as chrony",
            skewOf(response, now), endpoint);
    const auto region =
        error.region.empty() ? headerOf(response, "x-amz-bucket-region") : error.region;
    const bool elsewhere =
        response.status == 301 || response.status == 307 || code == "AuthorizationHeaderMalformed";
    if (elsewhere && !region.empty() && region != settings.region)
        return fmt::format("bucket \"{}\" is in region {}, but S3_REGION is {}", *settings.bucket,
                           region, settings.region);
    return {};
}

}  // namespace

Failure refusal(const S3Settings& settings, const HttpResponse& response, Instant now) {
    const auto error = parseError(response.body).value_or(ErrorBody{});
    Failure failure{response.status, error.code, isPassing(response.status, error.code), {}};
    const auto said = fmt::format("{} {} {}", response.status, error.code,
                                  error.message.substr(0, kMostOfAMessage));
    const auto explained = explanation(settings, response, error, now);
    failure.why = explained.empty()
                      ? fmt::format("{} answers {}", *settings.endpoint, said)
                      : fmt::format("{} ({})", explained, error.code.empty() ? said : error.code);
    return failure;
}

Failure breakdown(const S3Settings& settings, const HttpError& error) {
    const bool passing =
        error.failure == HttpFailure::NotSent || error.failure == HttpFailure::Ambiguous;
    return {0,
            {},
            passing,
            fmt::format("no answer from {} (S3_ENDPOINT): {}", *settings.endpoint, error.message)};
}

Error toError(const Failure& failure) {
    Error error{ErrorCode::NotReady, "the picture store is out of reach", failure.why, {}, {}, {}};
    if (failure.passing) error.retry_after = kRetryAfter;
    return error;
}

}  // namespace atelier::s3
