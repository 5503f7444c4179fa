#include <fmt/format.h>

#include "store/sqlite/changes.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;
using Amounts = std::map<std::string, Credits>;

#define USER_COLUMNS                                                                          \
    "id,email,hash,role,credits_left,holds,pending_grants,session_epoch,disabled,created_at," \
    "grant_reasons"

constexpr auto kInsertUser = "INSERT INTO users(" USER_COLUMNS
                             ") VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(email) DO NOTHING";
constexpr auto kFindUser = "SELECT " USER_COLUMNS " FROM users WHERE id=?";
constexpr auto kFindByEmail = "SELECT " USER_COLUMNS " FROM users WHERE email=?";
constexpr auto kListUsers =
    "SELECT " USER_COLUMNS
    " FROM users WHERE id<?1 AND (?2 IS NULL OR instr(email,?2)>0) AND (?3 IS NULL OR role=?3) AND "
    "(?4 IS NULL OR disabled=?4) ORDER BY id DESC LIMIT ?5";
constexpr auto kListOpen =
    "SELECT " USER_COLUMNS
    " FROM users WHERE (holds <> '{}' OR pending_grants <> '{}') AND id>? ORDER BY id LIMIT ?";
#undef USER_COLUMNS

/// No job and no grant for an erased user: a request of theirs may be under way.
constexpr auto kHold =
    "UPDATE users SET credits_left=credits_left-?3, holds=json_set(holds,?2,?3)"
    " WHERE id=?1 AND hash<>'' AND credits_left>=?3 AND json_extract(holds,?2) IS NULL"
    " AND (?4 IS NULL OR (SELECT count(*) FROM json_each(holds))<?4)"
    " RETURNING credits_left, (SELECT sum(value) FROM json_each(holds))";
constexpr auto kSettle =
    "UPDATE users SET credits_left=credits_left+max(json_extract(holds,?2)-?3,0), "
    "holds=json_remove(holds,?2)"
    " WHERE id=?1 AND json_extract(holds,?2) IS NOT NULL RETURNING credits_left";
constexpr auto kWhyNoHold =
    "SELECT credits_left, json_extract(holds,?2), (SELECT count(*) FROM json_each(holds)) FROM "
    "users WHERE id=?1 AND hash<>''";
constexpr auto kGrant =
    "UPDATE users SET credits_left=credits_left+?3, pending_grants=json_set(pending_grants,?2,?3),"
    " grant_reasons=json_set(grant_reasons,?2,?4)"
    " WHERE id=?1 AND hash<>'' AND credits_left+?3>=0 AND json_extract(pending_grants,?2) IS NULL "
    "RETURNING "
    "credits_left";
constexpr auto kClearGrant =
    "UPDATE users SET pending_grants=json_remove(pending_grants,?2), "
    "grant_reasons=json_remove(grant_reasons,?2) WHERE id=?1";

/// Keeps sums far from overflow.
constexpr Credits kMaxAmount = 1'000'000'000'000;

/// JSON path of one entry of holds or pending_grants.
template <class AnyId>
std::string entryOf(const AnyId& id) {
    return fmt::format("$.\"{}\"", id.str());
}

/// Users are read at every request, and most have none.
template <class Map>
Result<Map> readMap(std::string_view text) {
    if (text == "{}") return Map{};
    return sqlite::readDocument<Map>(text);
}

Result<User> readUser(const sqlite::Query& row) {
    auto holds = readMap<Amounts>(row.text(5));
    auto grants = readMap<Amounts>(row.text(6));
    auto reasons = readMap<std::map<std::string, std::string>>(row.text(10));
    if (!holds) return failure(std::move(holds.error()));
    if (!grants) return failure(std::move(grants.error()));
    if (!reasons) return failure(std::move(reasons.error()));
    User user;
    user.id = row.get<UserId>(0);
    user.email = row.get<std::string>(1);
    user.hash = row.get<std::string>(2);
    user.role = fromName<Role>(row.text(3)).value_or(Role::User);
    user.credits_left = row.get<std::int64_t>(4);
    user.holds = std::move(*holds);
    user.pending_grants = std::move(*grants);
    user.grant_reasons = std::move(*reasons);
    user.session_epoch = row.get<std::int64_t>(7);
    user.disabled = row.get<bool>(8);
    user.created_at = row.get<Instant>(9);
    return user;
}

Result<std::optional<User>> findOne(sqlite::Query row) {
    if (!row.next()) return std::nullopt;
    auto user = readUser(row);
    if (!user) return failure(std::move(user.error()));
    return std::move(*user);
}

Result<Page<User>> findPage(sqlite::Query rows, const PageRequest& page) {
    std::vector<User> users;
    while (rows.next()) {
        auto user = readUser(rows);
        if (!user) return failure(std::move(user.error()));
        users.push_back(std::move(*user));
    }
    return sqlite::toPage(std::move(users), page);
}

/// Why a conditional change of credits found no row: `entry` is there already (its balance is
/// returned), the user is not, there are `most` entries, or there is too little.
Result<Credits> whyNot(Connection& connection, const UserId& id, std::string_view list,
                       const std::string& entry, Credits needed,
                       std::optional<std::int64_t> most = std::nullopt) {
    auto row = connection.query(
        list == "holds" ? kWhyNoHold
                        : "SELECT credits_left, json_extract(pending_grants,?2), 0 FROM users "
                          "WHERE id=?1 AND hash<>''",
        id, entry);
    if (!row.next()) return failure(ErrorCode::NotFound, "there is no such user");
    const auto available = row.get<Credits>(0);
    if (row.get<std::optional<Credits>>(1)) return available;
    const auto entries = row.get<std::int64_t>(2);
    if (most && entries >= *most) return failure(tooManyActiveJobs(entries, *most));
    Error error{ErrorCode::InsufficientCredits,
                fmt::format("{} credits are needed, {} are left", needed, available),
                {},
                {},
                {},
                {{"needed", needed}, {"available", available}}};
    return failure(std::move(error));
}

Result<> checkAmount(Credits amount, Credits least) {
    if (amount >= least && amount <= kMaxAmount) return {};
    return failure(Error{ErrorCode::ValidationFailed,
                         fmt::format("amount must be {} to {}", least, kMaxAmount),
                         {},
                         {},
                         {{"/amount", fmt::format("must be {} to {}", least, kMaxAmount)}},
                         {}});
}

}  // namespace

Result<std::optional<User>> sqlite::findUser(Connection& connection, const UserId& id) {
    return findOne(connection.query(kFindUser, id));
}

Result<Balance> sqlite::holdCredits(Connection& connection, const UserId& user, const JobId& job,
                                    Credits amount, std::optional<std::int64_t> most) {
    const auto valid = checkAmount(amount, 0);
    if (!valid) return failure(valid.error());
    const auto entry = entryOf(job);
    {
        auto row = connection.query(kHold, user, entry, amount, most);
        if (row.next()) return Balance{row.get<Credits>(0), row.get<Credits>(1)};
    }
    const auto already = whyNot(connection, user, "holds", entry, amount, most);
    if (!already) return failure(already.error());
    const auto found = findUser(connection, user);
    if (!found) return failure(found.error());
    return Balance{*already, *found ? (*found)->creditsHeld() : 0};
}

Task<Result<>> SqliteStore::insertUser(User user) {
    return database_->write([user = std::move(user)](Connection& connection) -> Result<> {
        const int added =
            connection
                .query(kInsertUser, user.id, user.email, user.hash, nameOf(user.role),
                       user.credits_left, json::write(user.holds), json::write(user.pending_grants),
                       user.session_epoch, user.disabled, user.created_at,
                       json::write(user.grant_reasons))
                .run();
        if (added == 0) return failure(ErrorCode::EmailTaken, "an account with this e-mail exists");
        return {};
    });
}

Task<Result<std::optional<User>>> SqliteStore::findUser(UserId id) {
    return database_->read(
        [id](Connection& connection) { return sqlite::findUser(connection, id); });
}

Task<Result<std::optional<User>>> SqliteStore::findUserByEmail(std::string email) {
    return database_->read([email = std::move(email)](Connection& connection) {
        return findOne(connection.query(kFindByEmail, email));
    });
}

Task<Result<Page<User>>> SqliteStore::listUsers(UserFilter filter, PageRequest page) {
    return database_->readAside([filter = std::move(filter), page = std::move(page)](
                                    Connection& connection) -> Result<Page<User>> {
        const auto from = sqlite::cursorOf(page, sqlite::pastLastId());
        if (!from) return failure(from.error());
        return findPage(connection.query(kListUsers, *from, filter.email_part,
                                         filter.role.transform(nameOf<Role>), filter.disabled,
                                         sqlite::rowsFor(page)),
                        page);
    });
}

Task<Result<Page<User>>> SqliteStore::listUsersWithHolds(PageRequest page) {
    return database_->read([page = std::move(page)](Connection& connection) -> Result<Page<User>> {
        const auto from = sqlite::cursorOf(page, Uuid{});
        if (!from) return failure(from.error());
        return findPage(connection.query(kListOpen, *from, sqlite::rowsFor(page)), page);
    });
}

Task<Result<Credits>> SqliteStore::hold(UserId id, JobId job, Credits amount) {
    return database_->write([id, job, amount](Connection& connection) -> Result<Credits> {
        const auto held = sqlite::holdCredits(connection, id, job, amount, std::nullopt);
        if (!held) return failure(held.error());
        return held->left;
    });
}

Task<Result<std::optional<Credits>>> SqliteStore::settle(UserId id, JobId job, Credits charge) {
    return database_->write([id, entry = entryOf(job),
                             charge](Connection& connection) -> Result<std::optional<Credits>> {
        const auto valid = checkAmount(charge, 0);
        if (!valid) return failure(valid.error());
        auto row = connection.query(kSettle, id, entry, charge);
        if (!row.next()) return std::nullopt;
        return row.get<Credits>(0);
    });
}

Task<Result<Credits>> SqliteStore::grant(UserId id, UsageId grant, Credits amount,
                                         std::string reason) {
    return database_->write([id, entry = entryOf(grant), amount, reason = std::move(reason)](
                                Connection& connection) -> Result<Credits> {
        const auto valid = checkAmount(amount, -kMaxAmount);
        if (!valid) return failure(valid.error());
        {
            auto row = connection.query(kGrant, id, entry, amount, reason);
            if (row.next()) return row.get<Credits>(0);
        }
        return whyNot(connection, id, "pending_grants", entry, -amount);
    });
}

Task<Result<>> SqliteStore::clearGrant(UserId id, UsageId grant) {
    return database_->write([id, entry = entryOf(grant)](Connection& connection) -> Result<> {
        connection.query(kClearGrant, id, entry).run();
        return {};
    });
}

}  // namespace atelier
