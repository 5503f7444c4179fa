#include "bfl/refusals.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "util/join.h"

namespace atelier::bfl {
namespace {

namespace bj = boost::json;

constexpr std::size_t kMaxText = 300;
constexpr std::size_t kMaxReasons = 10;

/// Foreign text made safe to show: one line of printable ASCII, cut short.
std::string shown(std::string_view text) {
    std::string out{text.substr(0, kMaxText)};
    for (char& c : out) {
        if (c < ' ' || c > '~') c = ' ';
    }
    return out;
}

std::string textAt(const bj::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : shown(*text);
}

/// The provider's own words, where the SDK looks for them.
std::string message(const bj::object& body) {
    for (const auto* key : {"detail", "message", "error"}) {
        auto text = textAt(body, key);
        if (!text.empty()) return text;
    }
    return {};
}

/// The fields of a validation error; what was sent (`input`) is left out, it may be a prompt.
std::vector<FieldError> wrongFields(const bj::object& body) {
    std::vector<FieldError> fields;
    const auto* list = body.if_contains("detail");
    if (list == nullptr || !list->is_array()) return fields;
    for (const auto& item : list->as_array()) {
        const auto* violation = item.if_object();
        if (violation == nullptr || fields.size() == kMaxReasons) break;
        const auto* loc = violation->if_contains("loc");
        std::string pointer;
        if (loc != nullptr && loc->is_array()) {
            for (const auto& step : loc->as_array()) {
                if (step.is_string() && step.as_string() == "body") continue;
                pointer += "/" + shown(step.is_string() ? std::string{step.as_string()}
                                                        : bj::serialize(step));
            }
        }
        fields.push_back({std::move(pointer), textAt(*violation, "msg")});
    }
    return fields;
}

Error rejected(int status, const bj::object& body) {
    Error error{ErrorCode::ProviderRejected, {}, fmt::format("status {}", status)};
    error.fields = wrongFields(body);
    std::vector<std::string> parts;
    for (const auto& field : error.fields)
        parts.push_back(fmt::format("{}: {}", field.pointer, field.message));
    if (parts.empty()) parts.push_back(message(body));
    error.detail = parts.front().empty()
                       ? fmt::format("the provider refused the request with status {}", status)
                       : fmt::format("the provider refused the request: {}", join(parts, "; "));
    return error;
}

}  // namespace

Error refusal(int status, const bj::object& body) {
    const auto cause = fmt::format("status {}: {}", status, message(body));
    switch (status) {
        case 401:
        case 403:
            return {ErrorCode::ProviderUnauthorized, "the provider refused the operator's key",
                    cause};
        case 402:
            return {ErrorCode::ProviderCreditsExhausted, "the operator's provider account is empty",
                    cause};
        case 404:
        case 405:
        case 410:
            return {ErrorCode::ProviderEndpointRemoved, "the provider does not know this endpoint",
                    cause};
        case 429:
            return {ErrorCode::ProviderBusy, "the provider's limit of active tasks is reached",
                    cause};
        default:
            return rejected(status, body);
    }
}

Error moderated(ErrorCode code, const bj::object& body) {
    std::vector<std::string> reasons;
    const auto* details = body.if_contains("details");
    const auto* object = details == nullptr ? nullptr : details->if_object();
    const auto* list = object == nullptr ? nullptr : object->if_contains("Moderation Reasons");
    if (list != nullptr && list->is_array()) {
        for (const auto& reason : list->as_array()) {
            if (reason.is_string() && reasons.size() < kMaxReasons)
                reasons.push_back(shown(reason.as_string()));
        }
    }
    const auto* what =
        code == ErrorCode::ProviderModeratedInput ? "refused the input" : "withheld the result";
    if (reasons.empty()) return {code, fmt::format("the provider's moderation {}", what)};
    return {code, fmt::format("the provider's moderation {}: {}", what, join(reasons, ", "))};
}

Error processingFailed(const bj::object& body) {
    const auto* details = body.if_contains("details");
    const auto cause =
        details == nullptr || details->is_null() ? std::string{} : shown(bj::serialize(*details));
    return {ErrorCode::ProviderFailed, "the provider could not make the picture", cause};
}

}  // namespace atelier::bfl
