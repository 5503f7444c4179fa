#include "http/handlers/auth_handlers.h"

#include "http/access.h"
#include "http/reply.h"
#include "http/views.h"

namespace atelier::http {
namespace {

struct Credentials {
    std::string email;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (email, password))

struct RefreshToken {
    std::string refresh_token;
};
BOOST_DESCRIBE_STRUCT(RefreshToken, (), (refresh_token))

struct PasswordChange {
    std::string current_password;
    std::string new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordChange, (), (current_password, new_password))

drogon::HttpResponsePtr sessionReply(int status, const Session& session) {
    auto response = jsonReply(status, viewOf(session));
    response->addHeader("cache-control", "no-store");
    return response;
}

}  // namespace

void AuthHandlers::bind(OperationTable& table) {
    table.bind("registerUser", *this, &AuthHandlers::registerUser);
    table.bind("login", *this, &AuthHandlers::login);
    table.bind("refreshSession", *this, &AuthHandlers::refresh);
    table.bind("logout", *this, &AuthHandlers::logout);
    table.bind("getMe", *this, &AuthHandlers::getMe);
    table.bind("deleteMe", *this, &AuthHandlers::deleteMe);
    table.bind("changePassword", *this, &AuthHandlers::changePassword);
}

Task<Answer> AuthHandlers::registerUser(CallPtr call) {
    auto in = call->bodyAs<Credentials>();
    if (!in) co_return failure(std::move(in.error()));
    auto session =
        co_await auth_.registerUser(std::move(in->email), std::move(in->password), call->address);
    if (!session) co_return failure(std::move(session.error()));
    co_return sessionReply(201, *session);
}

Task<Answer> AuthHandlers::login(CallPtr call) {
    auto in = call->bodyAs<Credentials>();
    if (!in) co_return failure(std::move(in.error()));
    auto session =
        co_await auth_.login(std::move(in->email), std::move(in->password), call->address);
    if (!session) co_return failure(std::move(session.error()));
    co_return sessionReply(200, *session);
}

Task<Answer> AuthHandlers::refresh(CallPtr call) {
    auto in = call->bodyAs<RefreshToken>();
    if (!in) co_return failure(std::move(in.error()));
    auto session = co_await sessions_.refresh(std::move(in->refresh_token));
    if (!session) co_return failure(std::move(session.error()));
    co_return sessionReply(200, *session);
}

Task<Answer> AuthHandlers::logout(CallPtr call) {
    auto in = call->bodyAs<RefreshToken>();
    if (!in) co_return failure(std::move(in.error()));
    auto ended = co_await sessions_.logout(std::move(in->refresh_token));
    if (!ended) co_return failure(std::move(ended.error()));
    co_return emptyReply();
}

Task<Answer> AuthHandlers::getMe(CallPtr call) {
    co_return jsonReply(200, viewOf(call->user()));
}

Task<Answer> AuthHandlers::deleteMe(CallPtr call) {
    if (const auto allowed = requireAccessToken(*call); !allowed)
        co_return failure(allowed.error());
    auto erased = co_await accounts_.erase(call->caller());
    if (!erased) co_return failure(std::move(erased.error()));
    co_return emptyReply();
}

Task<Answer> AuthHandlers::changePassword(CallPtr call) {
    if (const auto allowed = requireAccessToken(*call); !allowed)
        co_return failure(allowed.error());
    auto in = call->bodyAs<PasswordChange>();
    if (!in) co_return failure(std::move(in.error()));
    auto changed = co_await accounts_.changePassword(
        call->caller(), std::move(in->current_password), std::move(in->new_password));
    if (!changed) co_return failure(std::move(changed.error()));
    co_return emptyReply();
}

}  // namespace atelier::http
