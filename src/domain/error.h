#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/time.h"

namespace atelier {

/// Everything that can be wrong, as clients see it. A closed list: each code has
/// one row in `errorInfo` and one section in docs/errors.md (a test compares them),
/// and one HTTP status in http/problem.cc.
enum class ErrorCode {
    // The request itself
    BadRequest,
    MalformedJson,
    MalformedMultipart,
    ValidationFailed,
    UnsupportedMediaType,
    UploadTooLarge,
    HeadersTooLarge,
    RangeNotSatisfiable,
    NotAcceptable,
    MethodNotAllowed,
    // Who asks
    Unauthenticated,
    TokenExpired,
    InvalidCredentials,
    Forbidden,
    RegistrationClosed,
    EmailTaken,
    PasswordTooCommon,
    // What is asked for
    NotFound,
    Conflict,
    WebhookDisabled,
    NotCancelable,
    IdempotencyKeyReused,
    IdempotencyInProgress,
    InsufficientCredits,
    RateLimited,
    TooManyActiveJobs,
    // Pictures
    ImageUndecodable,
    ImageTooSmall,
    ImageTooManyPixels,
    NoPersonFound,
    MaskInvalid,
    ImportFailed,
    UrlNotAllowed,
    PromptInvalid,
    // The provider
    ProviderRejected,
    ProviderModeratedInput,
    ProviderModeratedOutput,
    ProviderFailed,
    ProviderUnavailable,
    ProviderAmbiguous,
    ProviderBusy,
    ProviderCreditsExhausted,
    ProviderUnauthorized,
    ProviderTaskLost,
    ProviderBadAnswer,
    ProviderMisaligned,
    ProviderEndpointRemoved,
    DeliveryFailed,
    JobExpired,
    Canceled,
    // Ourselves
    NotReady,
    Timeout,
    Internal,
};

/// What a code promises its reader.
struct ErrorInfo {
    ErrorCode code;
    std::string_view name;   ///< as in JSON: `insufficient_credits`
    std::string_view title;  ///< one sentence fragment, the same for every occurrence
    bool retryable;          ///< the same request may succeed later, unchanged
    bool charged;            ///< credits are spent although the job failed
    std::string_view fix;    ///< what the caller should do
};

const ErrorInfo& errorInfo(ErrorCode code);
/// All rows, in the order of the enum.
const std::vector<ErrorInfo>& errorCatalogue();
std::optional<ErrorCode> errorCodeFromName(std::string_view name);

/// One field that is wrong; `pointer` is a JSON Pointer (RFC 6901) into the body,
/// or the name of a query or header parameter.
struct FieldError {
    std::string pointer;
    std::string message;
};

/// An expected failure. Made where it is noticed, turned into a response in
/// http/problem.cc and nowhere else.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string detail;  ///< safe for clients: what, where, limit, how to fix
    std::string cause;   ///< for the log only: library messages, upstream bodies cut short
    std::optional<Millis> retry_after;
    std::vector<FieldError> fields;
    /// Extra members of the problem object, e.g. {needed, 5}, {available, 2}.
    std::vector<std::pair<std::string, std::int64_t>> figures;

    bool retryable() const { return errorInfo(code).retryable; }
    Error&& because(std::string why) && {
        cause = std::move(why);
        return std::move(*this);
    }
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return failure(ErrorCode::NotFound, "no such model");`
inline std::unexpected<Error> failure(ErrorCode code, std::string detail, std::string cause = {}) {
    return std::unexpected(Error{code, std::move(detail), std::move(cause), {}, {}, {}});
}
inline std::unexpected<Error> failure(Error error) {
    return std::unexpected(std::move(error));
}

}  // namespace atelier
