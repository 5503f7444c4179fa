#include "domain/error.h"

#include <algorithm>

namespace atelier {
namespace {

using enum ErrorCode;

constexpr bool kRetry = true, kFinal = false;
constexpr bool kFree = false;  // failed work is never charged so far

const std::vector<ErrorInfo> kCatalogue = {
    {BadRequest, "bad_request", "The request cannot be understood", kFinal, kFree,
     "Correct the request as the detail says."},
    {MalformedJson, "malformed_json", "The body is not valid JSON", kFinal, kFree,
     "Send one JSON value in UTF-8; the detail names the position."},
    {MalformedMultipart, "malformed_multipart", "The multipart body cannot be read", kFinal, kFree,
     "Send multipart/form-data with a boundary and the named parts."},
    {ValidationFailed, "validation_failed", "A value is missing or outside its limits", kFinal,
     kFree, "Correct the fields listed under errors."},
    {UnsupportedMediaType, "unsupported_media_type", "This content type is not accepted here",
     kFinal, kFree, "Send one of the types named in the detail."},
    {UploadTooLarge, "upload_too_large", "The body is larger than allowed", kFinal, kFree,
     "Stay below the limit in the detail (MAX_UPLOAD_BYTES)."},
    {HeadersTooLarge, "headers_too_large", "The headers are larger than allowed", kFinal, kFree,
     "Send fewer or shorter headers."},
    {RangeNotSatisfiable, "range_not_satisfiable", "The range lies outside the picture", kFinal,
     kFree, "Ask for bytes below the size in Content-Range, or for the whole."},
    {NotAcceptable, "not_acceptable", "None of the accepted types can be produced", kFinal, kFree,
     "Accept application/json, or the type of the resource."},
    {MethodNotAllowed, "method_not_allowed", "The resource does not support this method", kFinal,
     kFree, "Use a method of the Allow header."},
    {Unauthenticated, "unauthenticated", "No valid credentials were sent", kFinal, kFree,
     "Send Authorization: Bearer with an access token or an API key."},
    {TokenExpired, "token_expired", "The token or API key has expired", kFinal, kFree,
     "Get a new token from /auth/refresh or /auth/login; make a new key with /auth/api-keys."},
    {InvalidCredentials, "invalid_credentials", "E-mail or password is wrong", kFinal, kFree,
     "Check both; register if there is no account yet."},
    {Forbidden, "forbidden", "This account may not do that", kFinal, kFree,
     "Use an account or key with the role or scope in the detail."},
    {RegistrationClosed, "registration_closed", "New accounts are not accepted", kFinal, kFree,
     "Ask the operator for an account."},
    {EmailTaken, "email_taken", "An account with this e-mail exists", kFinal, kFree,
     "Log in, or use another address."},
    {PasswordTooCommon, "password_too_common", "The password is a well-known one", kFinal, kFree,
     "Choose one that is not on public lists of passwords."},
    {NotFound, "not_found", "There is no such object", kFinal, kFree,
     "Check the path and the id; objects of other accounts are not visible."},
    {Conflict, "conflict", "The present state does not permit this", kFinal, kFree,
     "Change what the detail names, then repeat."},
    {WebhookDisabled, "webhook_disabled", "The webhook is switched off", kFinal, kFree,
     "Switch it on with PATCH /webhooks/{webhookId} and {\"enabled\": true}, then repeat."},
    {NotCancelable, "not_cancelable", "The job has already ended", kFinal, kFree,
     "Nothing to do; read the job for its outcome."},
    {IdempotencyKeyReused, "idempotency_key_reused",
     "The Idempotency-Key was used with another request", kFinal, kFree,
     "Use a fresh key for a different request."},
    {IdempotencyInProgress, "idempotency_in_progress",
     "The first request with this key is still running", kRetry, kFree,
     "Repeat after Retry-After."},
    {InsufficientCredits, "insufficient_credits", "There are not enough credits", kFinal, kFree,
     "Get more credits, or ask for fewer samples; see needed and available."},
    {RateLimited, "rate_limited", "Too many requests", kRetry, kFree, "Wait for Retry-After."},
    {TooManyActiveJobs, "too_many_active_jobs", "Too many jobs of this account are running", kRetry,
     kFree, "Wait until one ends (MAX_ACTIVE_JOBS_PER_USER)."},
    {ImageUndecodable, "image_undecodable", "The file is not a readable picture", kFinal, kFree,
     "Send a complete JPEG, PNG or WebP."},
    {ImageTooSmall, "image_too_small", "The picture is too small", kFinal, kFree,
     "Send one whose sides reach the limit in the detail (MIN_SIDE)."},
    {ImageTooManyPixels, "image_too_many_pixels", "The picture has too many pixels", kFinal, kFree,
     "Scale it below the limit in the detail (MAX_PIXELS)."},
    {NoPersonFound, "no_person_found", "No person was found in the photo", kFinal, kFree,
     "Use a photo that shows the person, or send a mask."},
    {MaskInvalid, "mask_invalid", "The mask cannot be used", kFinal, kFree,
     "Send a PNG of the photo's proportions, white where to repaint."},
    {ImportFailed, "import_failed", "The picture could not be fetched from its URL", kFinal, kFree,
     "Check that the URL is public and answers with a picture, or upload it."},
    {UrlNotAllowed, "url_not_allowed", "The URL is not one that may be called", kFinal, kFree,
     "Use an https:// URL of a public address, without credentials."},
    {PromptInvalid, "prompt_invalid", "The prompt template has a mistake", kFinal, kFree,
     "Correct it at the position in the detail."},
    {ProviderRejected, "provider_rejected", "The image provider refused the request", kFinal, kFree,
     "Change the parameter that the detail names."},
    {ProviderModeratedInput, "provider_moderated_input",
     "The provider's moderation refused the input", kFinal, kFree,
     "Use other pictures or another prompt, or raise safetyTolerance."},
    {ProviderModeratedOutput, "provider_moderated_output",
     "The provider's moderation withheld the result", kFinal, kFree,
     "Try another seed or prompt, or raise safetyTolerance."},
    {ProviderFailed, "provider_failed", "The provider could not make the picture", kRetry, kFree,
     "Submit the job again."},
    {ProviderUnavailable, "provider_unavailable", "The image provider cannot be reached", kRetry,
     kFree, "Submit again later; operators: atelier doctor."},
    {ProviderAmbiguous, "provider_ambiguous", "It is unknown whether the provider took the request",
     kRetry, kFree,
     "Submit again; it was not repeated on its own because it might have been charged twice."},
    {ProviderBusy, "provider_busy", "The provider's limit of active tasks is reached", kRetry,
     kFree, "Submit again later."},
    {ProviderCreditsExhausted, "provider_credits_exhausted",
     "The operator's provider account is empty", kRetry, kFree,
     "Operators: add credits at the provider."},
    {ProviderUnauthorized, "provider_unauthorized", "The provider refused the operator's key",
     kFinal, kFree, "Operators: check BFL_API_KEY."},
    {ProviderTaskLost, "provider_task_lost", "The provider no longer knows the task", kRetry, kFree,
     "Submit the job again."},
    {ProviderBadAnswer, "provider_bad_answer", "The provider's answer cannot be used", kRetry,
     kFree, "Submit the job again."},
    {ProviderMisaligned, "provider_misaligned", "The provider's picture does not fit the photo",
     kRetry, kFree, "Submit again, with another seed or engine."},
    {ProviderEndpointRemoved, "provider_endpoint_removed",
     "The provider no longer offers this endpoint", kFinal, kFree, "Choose another engine."},
    {DeliveryFailed, "delivery_failed", "The finished picture could not be downloaded in time",
     kRetry, kFree, "Submit the job again."},
    {JobExpired, "job_expired", "The job did not finish within its deadline", kRetry, kFree,
     "Submit again; operators: BFL_JOB_DEADLINE."},
    {Canceled, "canceled", "The job was canceled", kFinal, kFree, "Nothing to do."},
    {NotReady, "not_ready", "The service is not ready", kRetry, kFree, "Wait for Retry-After."},
    {Timeout, "timeout", "The request took too long to arrive or to answer", kRetry, kFree,
     "Send it again."},
    {Internal, "internal", "Something went wrong on our side", kRetry, kFree,
     "Try again; report the requestId if it persists."},
};

}  // namespace

const std::vector<ErrorInfo>& errorCatalogue() {
    return kCatalogue;
}

const ErrorInfo& errorInfo(ErrorCode code) {
    return kCatalogue[static_cast<std::size_t>(code)];
}

std::optional<ErrorCode> errorCodeFromName(std::string_view name) {
    const auto row = std::ranges::find(kCatalogue, name, &ErrorInfo::name);
    if (row == kCatalogue.end()) return std::nullopt;
    return row->code;
}

}  // namespace atelier
