#include "service/auth/api_key_service.h"

#include <fmt/format.h>

#include "util/encoding.h"
#include "util/names.h"
#include "util/utf8.h"

namespace atelier {
namespace {

constexpr std::size_t kApiKeyBytes = 32;
constexpr std::size_t kShownCharacters = 12;
constexpr std::size_t kLongestName = 100;
/// Writing at every use would make reads as dear as writes.
constexpr auto kTouchInterval = std::chrono::minutes{1};

std::unexpected<Error> invalid(std::string pointer, std::string message) {
    Error error{ErrorCode::ValidationFailed, "the API key cannot be made: " + message};
    error.fields = {{std::move(pointer), std::move(message)}};
    return failure(std::move(error));
}

Result<> check(const CreateApiKey& in, const User& user, Instant now) {
    const auto characters = countCharacters(in.name);
    if (!characters || *characters == 0 || *characters > kLongestName)
        return invalid("/name", "expected 1 to 100 characters");
    if (in.scopes.empty()) return invalid("/scopes", "expected at least one scope");
    if (in.requests_per_minute.value_or(1) < 1)
        return invalid("/requestsPerMinute", "expected at least 1");
    if (in.expires_at && *in.expires_at <= now)
        return invalid("/expiresAt", "expected a time in the future");
    if (std::ranges::find(in.scopes, Scope::Admin) != in.scopes.end() && user.role != Role::Admin) {
        return failure(ErrorCode::Forbidden, "only admins make keys with the scope admin");
    }
    return {};
}

}  // namespace

Task<Result<CreatedApiKey>> ApiKeyService::create(Caller caller, CreateApiKey in) {
    const auto now = clock_.now();
    if (const auto checked = check(in, *caller.user, now); !checked)
        co_return failure(checked.error());
    CreatedApiKey made;
    made.secret = std::string{kPrefix} + toBase64Url(randomBytes(kApiKeyBytes));
    made.key.id = ids_.make<ApiKeyId>();
    made.key.user_id = caller.user->id;
    made.key.name = std::move(in.name);
    made.key.prefix = made.secret.substr(0, kShownCharacters);
    made.key.hash = sha256Hex(made.secret);
    std::ranges::sort(in.scopes);
    const auto repeated = std::ranges::unique(in.scopes);
    in.scopes.erase(repeated.begin(), repeated.end());
    made.key.scopes = std::move(in.scopes);
    made.key.requests_per_minute = in.requests_per_minute;
    made.key.expires_at = in.expires_at;
    made.key.created_at = now;
    const auto stored = co_await keys_.insertApiKey(made.key, kMostKeys);
    if (!stored) co_return failure(stored.error());
    if (!*stored) co_return invalid("", fmt::format("there are {} already; remove one", kMostKeys));
    const auto recorded = co_await record(caller, "api_key.create", made.key);
    if (!recorded) co_return failure(recorded.error());
    co_return std::move(made);
}

Task<Result<>> ApiKeyService::remove(Caller caller, ApiKeyId id) {
    const auto removed = co_await keys_.removeApiKey(caller.user->id, id);
    if (!removed) co_return failure(removed.error());
    if (!*removed) co_return failure(ErrorCode::NotFound, "there is no such API key");
    ApiKey key;
    key.id = id;
    auto recorded = co_await record(caller, "api_key.remove", key);
    co_return recorded;
}

Task<Result<ApiKey>> ApiKeyService::recognize(std::string secret) {
    auto hash = sha256Hex(secret);
    auto found = co_await keys_.findApiKeyByHash(std::move(hash));
    if (!found) co_return failure(found.error());
    if (!*found) co_return failure(ErrorCode::Unauthenticated, "the API key is not valid");
    auto key = std::move(**found);
    const auto now = clock_.now();
    if (key.expires_at && now >= *key.expires_at)
        co_return failure(ErrorCode::TokenExpired,
                          "the API key has expired: make a new one with POST /auth/api-keys");
    if (!key.last_used_at || now - *key.last_used_at >= kTouchInterval) {
        const auto touched = co_await keys_.touchApiKey(key.id, now);
        if (!touched) co_return failure(touched.error());
    }
    co_return std::move(key);
}

Task<Result<>> ApiKeyService::record(Caller caller, std::string action, ApiKey key) {
    AuditEvent event;
    event.actor = caller.user->id;
    event.action = std::move(action);
    event.subject = key.id.str();
    event.request_id = caller.request_id;
    if (!key.scopes.empty()) {
        boost::json::array scopes;
        for (const auto scope : key.scopes) scopes.emplace_back(nameOf(scope));
        event.details["scopes"] = std::move(scopes);
    }
    return audit_.record(std::move(event));
}

}  // namespace atelier
