#include "app/accounts.h"

#include <fmt/format.h>

#include "app/shell.h"
#include "service/auth/email.h"
#include "service/credit_audit.h"
#include "util/encoding.h"
#include "util/names.h"

namespace atelier {
namespace {

constexpr std::size_t kPasswordBytes = 15;
constexpr auto kReason = "granted by the operator";

template <class T>
T wait(Task<T> task) {
    return drogon::sync_wait(std::move(task));
}

/// Changes made from the shell have no actor.
Result<> record(Shell& shell, std::string action, const UserId& user, boost::json::object details) {
    AuditEvent event;
    event.action = std::move(action);
    event.subject = user.str();
    event.details = std::move(details);
    return wait(shell.identity.audit.record(std::move(event)));
}

Result<User> findByEmail(Shell& shell, const std::string& email) {
    const auto normal = normalizeEmail(email);
    if (!normal) return failure(normal.error());
    auto user = wait(shell.store.findUserByEmail(*normal));
    if (!user) return failure(std::move(user.error()));
    if (!*user) return failure(ErrorCode::NotFound, fmt::format("there is no account {}", *normal));
    return std::move(**user);
}

}  // namespace

Result<int> createUser(const Settings& settings, NewUser user) {
    const auto shell = Shell::open(settings);
    if (!shell) return failure(shell.error());
    const bool make_password = !user.password;
    const auto password = make_password ? toBase64Url(randomBytes(kPasswordBytes)) : *user.password;
    NewAccount account{user.email, password, user.admin ? Role::Admin : Role::User, user.credits,
                       kReason};
    const auto created = wait((*shell)->identity.accounts.create(std::move(account)));
    if (!created) return failure(created.error());
    const auto recorded = record(**shell, "user.create", created->id,
                                 {{"role", nameOf(created->role)}, {"credits", user.credits}});
    if (!recorded) return failure(recorded.error());
    fmt::print("{} {} {}\n", created->id.str(), created->email, nameOf(created->role));
    if (make_password) fmt::print("password: {}\n", password);
    return 0;
}

Result<int> listUsers(const Settings& settings) {
    const auto shell = Shell::open(settings);
    if (!shell) return failure(shell.error());
    fmt::print("{:<36} {:<8} {:>10} {:>8} {:<24} {}\n", "id", "role", "credits", "held", "created",
               "email");
    PageRequest request{.limit = 100, .cursor = {}};
    do {
        const auto page = wait((*shell)->store.listUsers({}, request));
        if (!page) return failure(page.error());
        for (const auto& user : page->items) {
            fmt::print("{:<36} {:<8} {:>10} {:>8} {:<24} {}\n", user.id.str(),
                       user.disabled ? "disabled" : nameOf(user.role), user.credits_left,
                       user.creditsHeld(), toRfc3339(user.created_at), user.email);
        }
        request.cursor = page->next_cursor;
    } while (request.cursor);
    return 0;
}

Result<int> setUserRole(const Settings& settings, const std::string& email, bool admin) {
    const auto shell = Shell::open(settings);
    if (!shell) return failure(shell.error());
    const auto user = findByEmail(**shell, email);
    if (!user) return failure(user.error());
    const auto role = admin ? Role::Admin : Role::User;
    const auto changed = wait((*shell)->identity.accounts.setRole(Caller{}, user->id, role));
    if (!changed) return failure(changed.error());
    fmt::print("{} is {} now\n", user->email, nameOf(role));
    return 0;
}

Result<int> grantCredits(const Settings& settings, const std::string& email, std::int64_t credits) {
    const auto shell = Shell::open(settings);
    if (!shell) return failure(shell.error());
    const auto user = findByEmail(**shell, email);
    if (!user) return failure(user.error());
    const auto line = wait((*shell)->credits.grant(user->id, credits, kReason));
    if (!line) return failure(line.error());
    const auto recorded = record(**shell, "credits.grant", user->id, {{"amount", credits}});
    if (!recorded) return failure(recorded.error());
    fmt::print("{} has {} credits now\n", user->email, line->balance);
    return 0;
}

Result<int> verifyAudit(const Settings& settings, const std::optional<std::string>& expected) {
    std::optional<AuditHead> earlier;
    if (expected) {
        auto parsed = AuditHead::parse(*expected);
        if (!parsed) return failure(parsed.error());
        earlier = std::move(*parsed);
    }
    const auto shell = Shell::open(settings);
    if (!shell) return failure(shell.error());
    const auto verdict = wait((*shell)->identity.audit.verify(earlier));
    if (!verdict) return failure(verdict.error());
    if (verdict->first_bad) {
        fmt::print("line {} does not fit: the audit log was changed\n", *verdict->first_bad);
        return 1;
    }
    if (!verdict->has_expected) {
        fmt::print("line {} is missing or another one: the audit log was changed\n", earlier->seq);
        return 1;
    }
    const auto lines = verdict->head.seq;
    fmt::print("{} lines, all fit; head {}\n", lines, lines == 0 ? "-" : verdict->head.text());
    return 0;
}

Result<int> verifyCredits(const Settings& settings) {
    const auto shell = Shell::open(settings);
    if (!shell) return failure(shell.error());
    SystemClock clock;
    CreditAudit audit{(*shell)->store, clock,
                      [](const std::string& line) { fmt::print("{}\n", line); }};
    const auto tally = wait(audit.run());
    if (!tally) return failure(tally.error());
    fmt::print("{} users, {} jobs, {} do not add up\n", tally->users, tally->jobs, tally->wrong);
    return tally->wrong == 0 ? 0 : 1;
}

}  // namespace atelier
