#include "service/auth/account_service.h"

#include <algorithm>
#include <cctype>

#include "service/auth/email.h"
#include "service/auth/password_policy.h"
#include "telemetry/log.h"
#include "util/names.h"

namespace atelier {
namespace {

constexpr int kErasuresAtATime = 100;

std::string limiterKey(UserId user) {
    return "password:" + user.str();
}

}  // namespace

AuditEvent auditEvent(const Caller& caller, std::string action, std::string subject,
                      boost::json::object details) {
    std::optional<UserId> actor;
    if (caller.user) actor = caller.user->id;
    return {actor, std::move(action), std::move(subject), std::move(details), caller.request_id};
}

Task<Result<User>> AccountService::create(NewAccount account) {
    auto email = normalizeEmail(std::move(account.email));
    if (!email) co_return failure(email.error());
    if (const auto allowed = checkPassword(account.password, *email); !allowed)
        co_return failure(allowed.error());
    auto hash = co_await parts_.hasher.hash(std::move(account.password));
    if (!hash) co_return failure(hash.error());
    const auto grant = parts_.ids.make<UsageId>();
    User user;
    user.id = parts_.ids.make<UserId>();
    user.email = std::move(*email);
    user.hash = std::move(*hash);
    user.role = account.role;
    user.credits_left = account.credits;
    if (account.credits > 0) {
        user.pending_grants.emplace(grant.str(), account.credits);
        user.grant_reasons.emplace(grant.str(), account.reason);
    }
    user.created_at = parts_.clock.now();
    const auto inserted = co_await parts_.users.insertUser(user);
    if (!inserted) co_return failure(inserted.error());
    if (account.credits > 0) {
        const auto recorded = co_await recordFirstCredits(user, grant, std::move(account.reason));
        if (!recorded) co_return failure(recorded.error());
        user.pending_grants.clear();
        user.grant_reasons.clear();
    }
    log::info("account created", {{"userId", user.id}, {"role", user.role}});
    co_return std::move(user);
}

Task<Result<>> AccountService::recordFirstCredits(User user, UsageId grant, std::string reason) {
    UsageLog line;
    line.id = grant;
    line.user_id = user.id;
    line.credits_used = user.credits_left;
    line.reason = std::move(reason);
    line.balance = user.credits_left;
    line.timestamp = user.created_at;
    const auto appended = co_await parts_.ledger.append(std::move(line));
    if (!appended) co_return failure(appended.error());
    if (*appended) parts_.metrics.credits(UsageAction::Grant, UsageKind::Grant, user.credits_left);
    auto cleared = co_await parts_.users.clearGrant(user.id, grant);
    co_return cleared;
}

Task<Result<>> AccountService::changePassword(Caller caller, std::string current,
                                              std::string next) {
    const auto& user = *caller.user;
    if (const auto allowed = checkPassword(next, user.email, "/newPassword"); !allowed)
        co_return failure(allowed.error());
    const auto known = co_await checkCurrent(user, std::move(current));
    if (!known) co_return failure(known.error());
    auto hash = co_await parts_.hasher.hash(std::move(next));
    if (!hash) co_return failure(hash.error());
    const auto stored = co_await parts_.accounts.setPassword(user.id, std::move(*hash));
    if (!stored) co_return failure(stored.error());
    const auto ended = co_await parts_.sessions.endAll(user.id);
    if (!ended) co_return failure(ended.error());
    auto event = auditEvent(caller, "user.password", user.id.str());
    auto recorded = co_await parts_.audit.record(std::move(event));
    co_return recorded;
}

Task<Result<>> AccountService::checkCurrent(User user, std::string current) {
    const auto key = limiterKey(user.id);
    const auto wait = co_await parts_.limiter.take(key);
    if (!wait) co_return failure(wait.error());
    if (*wait) {
        Error error{ErrorCode::RateLimited, "too many wrong passwords"};
        error.retry_after = **wait;
        co_return failure(std::move(error));
    }
    const auto verified = co_await parts_.hasher.verify(std::move(user.hash), std::move(current));
    if (verified && !*verified) {
        const auto noted = co_await parts_.limiter.noteFailure(key);
        if (!noted) co_return failure(noted.error());
        co_return failure(ErrorCode::InvalidCredentials, "the current password is wrong");
    }
    auto given_back = co_await parts_.limiter.giveBack(key);
    if (!verified) co_return failure(verified.error());
    co_return given_back;
}

Task<> AccountService::renewHash(UserId user, std::string hash, std::string password) {
    auto fresh = co_await parts_.hasher.hash(std::move(password));
    if (fresh) co_await parts_.accounts.renewHash(user, std::move(hash), std::move(*fresh));
}

Task<Result<>> AccountService::erase(Caller caller) {
    const auto id = caller.user->id;
    const auto erased = co_await parts_.accounts.eraseUser(id);
    if (!erased) co_return failure(erased.error());
    auto event = auditEvent(caller, "user.erase", id.str());
    const auto recorded = co_await parts_.audit.record(std::move(event));
    if (!recorded) co_return failure(recorded.error());
    // The account is gone: whatever fails from here on is repeated by finishErasures.
    const auto content = co_await eraseContent(id);
    if (!content)
        log::warn("an account is not erased yet", {{"userId", id}, {"code", content.error().code}});
    co_return Result<>{};
}

Task<Result<>> AccountService::eraseContent(UserId user) {
    const auto ended = co_await endCredentials(user);
    if (!ended) co_return failure(ended.error());
    if (parts_.erase_content) {
        const auto content = co_await parts_.erase_content(user);
        if (!content) co_return failure(content.error());
    }
    auto noted = co_await parts_.accounts.noteErased(user);
    co_return noted;
}

Task<Result<>> AccountService::finishErasures() {
    const auto users = co_await parts_.accounts.listErasing(kErasuresAtATime);
    if (!users) co_return failure(users.error());
    for (const auto& user : *users) {
        const auto erased = co_await eraseContent(user);
        if (!erased) co_return failure(erased.error());
    }
    co_return Result<>{};
}

Task<Result<>> AccountService::setRole(Caller admin, UserId user, Role role) {
    const auto changed = co_await parts_.users.setRole(user, role);
    if (!changed) co_return failure(changed.error());
    boost::json::object details;
    details["role"] = nameOf(role);
    auto event = auditEvent(admin, "user.role", user.str(), std::move(details));
    auto recorded = co_await parts_.audit.record(std::move(event));
    co_return recorded;
}

Task<Result<>> AccountService::setDisabled(Caller admin, UserId user, bool disabled) {
    const auto changed = co_await parts_.accounts.setDisabled(user, disabled);
    if (!changed) co_return failure(changed.error());
    if (disabled) {
        const auto ended = co_await parts_.sessions.endAll(user);
        if (!ended) co_return failure(ended.error());
    }
    auto event = auditEvent(admin, disabled ? "user.disable" : "user.enable", user.str());
    auto recorded = co_await parts_.audit.record(std::move(event));
    co_return recorded;
}

Task<Result<User>> AccountService::change(Caller admin, UserId user, AccountChange change) {
    auto before = co_await parts_.users.findUser(user);
    if (!before) co_return failure(before.error());
    if (!*before || (*before)->isErased())
        co_return failure(ErrorCode::NotFound, "there is no such user");
    // The role first: whoever is no admin any more can be disabled, so nothing is half done.
    if (change.role && *change.role != (*before)->role) {
        const auto done = co_await setRole(admin, user, *change.role);
        if (!done) co_return failure(done.error());
    }
    if (change.disabled && *change.disabled != (*before)->disabled) {
        const auto done = co_await setDisabled(admin, user, *change.disabled);
        if (!done) co_return failure(done.error());
    }
    auto after = co_await parts_.users.findUser(user);
    if (!after) co_return failure(after.error());
    if (!*after) co_return failure(ErrorCode::NotFound, "there is no such user");
    co_return std::move(**after);
}

Task<Result<Page<User>>> AccountService::list(UserFilter filter, PageRequest page) {
    if (auto& part = filter.email_part)
        std::ranges::transform(*part, part->begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return parts_.users.listUsers(std::move(filter), std::move(page));
}

Task<Result<>> AccountService::endCredentials(UserId user) {
    const auto ended = co_await parts_.sessions.endAll(user);
    if (!ended) co_return failure(ended.error());
    const auto removed = co_await parts_.keys.removeApiKeys(user);
    if (!removed) co_return failure(removed.error());
    co_return Result<>{};
}

}  // namespace atelier
