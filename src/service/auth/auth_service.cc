#include "service/auth/auth_service.h"

#include "service/auth/client_network.h"
#include "service/auth/email.h"
#include "telemetry/log.h"

namespace atelier {
namespace {

std::unexpected<Error> disabled() {
    return failure(ErrorCode::Forbidden, "the account is disabled");
}

std::unexpected<Error> refusedCaller(std::string cause) {
    return failure(ErrorCode::Unauthenticated, "the access token is not valid", std::move(cause));
}

std::string accountKey(const std::string& email) {
    return "account:" + email;
}
std::string addressKey(const std::string& address) {
    return "address:" + clientNetwork(address);
}
std::string registrationKey(const std::string& address) {
    return "registration:" + clientNetwork(address);
}

std::unexpected<Error> throttled(std::string detail, Millis wait) {
    Error error{ErrorCode::RateLimited, std::move(detail)};
    error.retry_after = wait;
    return failure(std::move(error));
}

}  // namespace

Task<Result<Session>> AuthService::registerUser(std::string email, std::string password,
                                                std::string address) {
    if (parts_.registration == Registration::Closed) {
        co_return failure(ErrorCode::RegistrationClosed, "accounts are made by the operator");
    }
    NewAccount account;
    account.email = std::move(email);
    account.password = std::move(password);
    account.credits = parts_.signup_credits;
    account.reason = "sign-up";
    auto user = co_await createThrottled(std::move(account), std::move(address));
    if (!user) co_return failure(user.error());
    auto session = co_await parts_.sessions.open(std::move(*user));
    co_return session;
}

Task<Result<User>> AuthService::createThrottled(NewAccount account, std::string address) {
    auto* const limiter = parts_.registrations;
    const auto key = registrationKey(address);
    if (limiter != nullptr) {
        const auto wait = co_await limiter->take(key);
        if (!wait) co_return failure(wait.error());
        if (*wait) co_return throttled("too many new accounts from this address", **wait);
    }
    auto user = co_await parts_.accounts.create(std::move(account));
    if (limiter == nullptr) co_return user;
    // Who learns that an address is taken has used a try.
    if (user || user.error().code == ErrorCode::EmailTaken) {
        const auto counted = co_await limiter->noteFailure(key);
        if (!counted) co_return failure(counted.error());
    } else {
        const auto given_back = co_await limiter->giveBack(key);
        if (!given_back) co_return failure(given_back.error());
    }
    co_return user;
}

Task<Result<Session>> AuthService::login(std::string email, std::string password,
                                         std::string address) {
    auto normal = normalizeEmail(email);
    const auto account = normal ? *normal : email.substr(0, 254);
    const auto allowed = co_await takeAttempt(account, address);
    if (!allowed) co_return failure(allowed.error());
    std::optional<std::string> known;
    if (normal) known = account;
    auto user = co_await recognizeUser(std::move(known), password);
    if (user && !*user) {
        parts_.metrics.login(LoginOutcome::Refused);
        const auto noted = co_await noteFailedAttempt(account, address);
        if (!noted) co_return failure(noted.error());
        co_return failure(ErrorCode::InvalidCredentials, "e-mail or password is wrong");
    }
    const auto given_back = co_await giveBackAttempt(account, address);
    if (!user) co_return failure(user.error());
    if (!given_back) co_return failure(given_back.error());
    if ((*user)->disabled) co_return disabled();
    const auto forgotten = co_await parts_.limiter.forget(accountKey(account));
    if (!forgotten) co_return failure(forgotten.error());
    parts_.metrics.login(LoginOutcome::Ok);
    if (PasswordHasher::isOutdated((*user)->hash))
        co_await parts_.accounts.renewHash((*user)->id, (*user)->hash, std::move(password));
    auto session = co_await parts_.sessions.open(std::move(**user));
    co_return session;
}

Task<Result<>> AuthService::takeAttempt(std::string account, std::string address) {
    auto wait = co_await parts_.limiter.take(accountKey(account));
    if (!wait) co_return failure(wait.error());
    if (!*wait) {
        wait = co_await parts_.limiter.take(addressKey(address));
        if (wait && !*wait) co_return Result<>{};
        const auto given_back = co_await parts_.limiter.giveBack(accountKey(account));
        if (!wait) co_return failure(wait.error());
        if (!given_back) co_return failure(given_back.error());
    }
    parts_.metrics.login(LoginOutcome::Throttled);
    co_return throttled("too many failed logins", **wait);
}

Task<Result<>> AuthService::noteFailedAttempt(std::string account, std::string address) {
    const auto of_account = co_await parts_.limiter.noteFailure(accountKey(account));
    auto of_address = co_await parts_.limiter.noteFailure(addressKey(address));
    if (!of_account) co_return failure(of_account.error());
    co_return of_address;
}

Task<Result<>> AuthService::giveBackAttempt(std::string account, std::string address) {
    const auto of_account = co_await parts_.limiter.giveBack(accountKey(account));
    auto of_address = co_await parts_.limiter.giveBack(addressKey(address));
    if (!of_account) co_return failure(of_account.error());
    co_return of_address;
}

Task<Result<std::optional<User>>> AuthService::recognizeUser(std::optional<std::string> email,
                                                             std::string password) {
    std::optional<User> user;
    if (email) {
        auto found = co_await parts_.users.findUserByEmail(std::move(*email));
        if (!found) co_return failure(found.error());
        user = std::move(*found);
    }
    const auto verified = co_await verifyPassword(user, std::move(password));
    if (!verified) {
        parts_.metrics.login(LoginOutcome::Overloaded);
        co_return failure(verified.error());
    }
    if (!*verified) user.reset();
    co_return std::move(user);
}

Task<Result<bool>> AuthService::verifyPassword(std::optional<User> user, std::string password) {
    if (!user || user->hash.empty()) return parts_.hasher.verifyNothing(std::move(password));
    return parts_.hasher.verify(std::move(user->hash), std::move(password));
}

Task<Result<Principal>> AuthService::authenticate(std::string bearer) {
    if (bearer.starts_with(ApiKeyService::kPrefix)) {
        auto by_key = co_await authenticateKey(std::move(bearer));
        co_return by_key;
    }
    const auto claims = parts_.tokens.verify(bearer);
    if (!claims) co_return failure(claims.error());
    auto user = co_await parts_.users.findUser(claims->user);
    if (!user) co_return failure(user.error());
    if (!*user || (*user)->session_epoch != claims->epoch) co_return refusedCaller("ended session");
    if ((*user)->disabled) co_return disabled();
    Principal principal;
    principal.user = std::make_shared<const User>(std::move(**user));
    principal.scopes = {Scope::Read, Scope::Jobs, Scope::Admin};
    co_return std::move(principal);
}

Task<Result<Principal>> AuthService::authenticateKey(std::string secret) {
    auto key = co_await parts_.keys.recognize(std::move(secret));
    if (!key) co_return failure(key.error());
    auto user = co_await parts_.users.findUser(key->user_id);
    if (!user) co_return failure(user.error());
    if (!*user) co_return refusedCaller("no such account");
    if ((*user)->disabled) co_return disabled();
    Principal principal;
    principal.user = std::make_shared<const User>(std::move(**user));
    principal.scopes = std::move(key->scopes);
    principal.api_key = key->id;
    principal.key_per_minute = key->requests_per_minute;
    co_return std::move(principal);
}

}  // namespace atelier
