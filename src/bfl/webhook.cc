#include "bfl/webhook.h"

#include <algorithm>
#include <array>

#include "util/encoding.h"
#include "util/json.h"

namespace atelier {
namespace {

constexpr std::size_t kMaxTaskId = 200;
constexpr std::array<std::string_view, 8> kRunning = {"pending",    "processing", "reasoning",
                                                      "generating", "queued",     "running",
                                                      "started",    "in_progress"};

std::string_view headerOf(const std::map<std::string, std::string>& headers,
                          const std::string& name) {
    const auto header = headers.find(name);
    return header == headers.end() ? std::string_view{} : std::string_view{header->second};
}

bool isProven(const std::map<std::string, std::string>& headers, BytesView body,
              const std::string& secret) {
    // Both are computed, whichever was sent, so that the time tells nothing.
    const bool by_secret = equalInConstantTime(headerOf(headers, "x-webhook-secret"), secret);
    const auto signature = "sha256=" + toHex(hmacSha256(secret, body));
    const bool by_signature = equalInConstantTime(headerOf(headers, "x-bfl-signature"), signature);
    return !secret.empty() && (by_secret || by_signature);
}

std::string textIn(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string{} : std::string{*text};
}

}  // namespace

Result<WebhookHint> BflWebhook::verify(const std::map<std::string, std::string>& headers,
                                       BytesView body, const std::string& secret) const {
    if (!isProven(headers, body, secret))
        return failure(ErrorCode::Unauthenticated, "the proof of the webhook is wrong");
    const auto value = json::parse(body);
    const auto* object = value ? value->if_object() : nullptr;
    if (object == nullptr)
        return failure(ErrorCode::BadRequest, "the webhook's body is not a JSON object");
    WebhookHint hint{.task_id = textIn(*object, "task_id")};
    if (hint.task_id.empty()) hint.task_id = textIn(*object, "id");
    if (hint.task_id.empty() || hint.task_id.size() > kMaxTaskId)
        return failure(ErrorCode::BadRequest, "the webhook names no task");
    auto status = textIn(*object, "status");
    std::ranges::transform(status, status.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    hint.ended = std::ranges::find(kRunning, status) == kRunning.end();
    return hint;
}

}  // namespace atelier
