#include "http/handlers/auth_handlers.h"

#include "http/reply.h"
#include "http/views.h"

namespace atelier::http {
namespace {

struct Credentials {
    std::string email;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (email, password))

drogon::HttpResponsePtr sessionReply(int status, const Session& session) {
    auto response = jsonReply(status, viewOf(session));
    response->addHeader("cache-control", "no-store");
    return response;
}

}  // namespace

void AuthHandlers::bind(OperationTable& table) {
    table.bind("registerUser", *this, &AuthHandlers::registerUser);
    table.bind("login", *this, &AuthHandlers::login);
    table.bind("getMe", *this, &AuthHandlers::getMe);
}

Task<Answer> AuthHandlers::registerUser(CallPtr call) {
    auto in = call->bodyAs<Credentials>();
    if (!in) co_return failure(std::move(in.error()));
    auto session = co_await auth_.registerUser(std::move(in->email), std::move(in->password));
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

Task<Answer> AuthHandlers::getMe(CallPtr call) {
    co_return jsonReply(200, viewOf(call->user()));
}

}  // namespace atelier::http
