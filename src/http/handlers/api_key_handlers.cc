#include "http/handlers/api_key_handlers.h"

#include "http/access.h"
#include "http/reply.h"
#include "http/views.h"

namespace atelier::http {
namespace {

struct NewApiKey {
    std::string name;
    std::optional<std::vector<Scope>> scopes;
    std::optional<std::int64_t> requests_per_minute;
    std::optional<Instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(NewApiKey, (), (name, scopes, requests_per_minute, expires_at))

}  // namespace

void ApiKeyHandlers::bind(OperationTable& table) {
    table.bind("createApiKey", *this, &ApiKeyHandlers::create);
    table.bind("listApiKeys", *this, &ApiKeyHandlers::list);
    table.bind("deleteApiKey", *this, &ApiKeyHandlers::remove);
}

Task<Answer> ApiKeyHandlers::create(CallPtr call) {
    if (const auto allowed = requireAccessToken(*call); !allowed)
        co_return failure(allowed.error());
    auto in = call->bodyAs<NewApiKey>();
    if (!in) co_return failure(std::move(in.error()));
    CreateApiKey wanted;
    wanted.name = std::move(in->name);
    if (in->scopes) wanted.scopes = std::move(*in->scopes);
    wanted.requests_per_minute = in->requests_per_minute;
    wanted.expires_at = in->expires_at;
    auto made = co_await keys_.create(call->caller(), std::move(wanted));
    if (!made) co_return failure(std::move(made.error()));
    auto view = viewOf(made->key);
    view.key = std::move(made->secret);
    auto response = jsonReply(201, view);
    response->addHeader("cache-control", "no-store");
    co_return response;
}

Task<Answer> ApiKeyHandlers::list(CallPtr call) {
    if (const auto allowed = requireAccessToken(*call); !allowed)
        co_return failure(allowed.error());
    auto keys = co_await keys_.list(call->user().id);
    if (!keys) co_return failure(std::move(keys.error()));
    PageView<ApiKeyView> all;
    for (const auto& key : *keys) all.items.push_back(viewOf(key));
    co_return jsonReply(200, all);
}

Task<Answer> ApiKeyHandlers::remove(CallPtr call) {
    if (const auto allowed = requireAccessToken(*call); !allowed)
        co_return failure(allowed.error());
    auto removed = co_await keys_.remove(call->caller(), call->id<ApiKeyId>("apiKeyId"));
    if (!removed) co_return failure(std::move(removed.error()));
    co_return emptyReply();
}

}  // namespace atelier::http
