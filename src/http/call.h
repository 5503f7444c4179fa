#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <drogon/HttpRequest.h>
#include <drogon/HttpResponse.h>

#include "domain/json.h"
#include "http/document.h"
#include "ports/rate_limiter.h"
#include "service/auth/principal.h"
#include "service/caller.h"
#include "util/bytes.h"
#include "util/task.h"

namespace atelier::http {

/// One request on its way through: who asks, and what, already checked against the document.
/// Belongs to the coroutine that answers it.
struct Call {
    drogon::HttpRequestPtr request;
    const Operation* operation = nullptr;
    std::string request_id;
    std::chrono::steady_clock::time_point received{};
    std::array<std::string_view, 4> path_values{};  ///< as text, in the order of the path
    std::string
        address;  ///< the client's, seen through trusted proxies; only where anyone may call
    std::optional<RateState> key_rate, rate, upload_rate;  ///< where counted, see RateLimits
    std::string fingerprint;                               ///< see takeFingerprint
    std::optional<JobId> job_id;                           ///< decided beforehand, see Idempotency
    std::optional<Principal> principal;                    ///< present when the operation needs one

    /// Path, query and header parameters that were given or have a default, by name.
    std::vector<std::pair<std::string_view, boost::json::value>> parameters;
    boost::json::value body;  ///< JSON, or the text parts of a form
    std::map<std::string, SharedBytes>
        files;  ///< parts of a form that are files, fields that were base64

    const User& user() const { return *principal->user; }
    Caller caller() const { return {principal->user, request_id, job_id}; }

    /// Null when it was not given and has no default.
    const boost::json::value* parameter(std::string_view name) const;
    std::optional<std::string_view> text(std::string_view name) const;
    template <class AnyId>
    AnyId id(std::string_view name) const {
        return AnyId::parse(*text(name)).value_or(AnyId{});
    }
    /// An enumerator by its wire name.
    template <class E>
    std::optional<E> choice(std::string_view name) const {
        const auto word = text(name);
        return word ? fromName<E>(*word) : std::nullopt;
    }

    /// The body as a described struct. Errors: ValidationFailed.
    template <class T>
    Result<T> bodyAs() const {
        T out{};
        auto done = json::decode(body, out);
        if (done) return out;
        Error error{ErrorCode::ValidationFailed,
                    done.error().pointer + ": " + done.error().message,
                    {},
                    {},
                    {},
                    {}};
        error.fields.push_back({done.error().pointer, done.error().message});
        return failure(std::move(error));
    }
};

using CallPtr = std::shared_ptr<Call>;
using Answer = Result<drogon::HttpResponsePtr>;
using Handler = std::function<Task<Answer>(CallPtr)>;

}  // namespace atelier::http
