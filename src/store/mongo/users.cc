#include "store/mongo/credit_changes.h"
#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

/// A regular expression that finds `text` and nothing else.
std::string literally(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (u < 0x80 && std::isalnum(u) == 0) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

Task<Result<>> MongoStore::insertUser(User user) {
    return database_->run([user = std::move(user)](Connection& connection) -> Result<> {
        const auto added = mongo::insertEntity(connection, user);
        if (!added) return failure(added.error());
        if (!*added) return failure(ErrorCode::EmailTaken, "an account with this e-mail exists");
        return {};
    });
}

Task<Result<std::optional<User>>> MongoStore::findUser(UserId id) {
    return database_->run([id](Connection& connection) {
        return mongo::findEntity<User>(connection, of("_id", id));
    });
}

Task<Result<std::optional<User>>> MongoStore::findUserByEmail(std::string email) {
    return database_->run([email = std::move(email)](Connection& connection) {
        return mongo::findEntity<User>(connection, of("email", email));
    });
}

Task<Result<Page<User>>> MongoStore::listUsers(UserFilter filter, PageRequest page) {
    return database_->run(
        [filter = std::move(filter), page = std::move(page)](Connection& connection) {
            mongo::Document wanted;
            if (filter.email_part)
                mongo::append(wanted.get(), "email", of("$regex", literally(*filter.email_part)));
            mongo::addFilter(wanted, "role", filter.role);
            mongo::addFilter(wanted, "disabled", filter.disabled);
            return mongo::pageOf<User>(connection, std::move(wanted), page);
        });
}

Task<Result<Page<User>>> MongoStore::listUsersWithHolds(PageRequest page) {
    return database_->run([page = std::move(page)](Connection& connection) -> Result<Page<User>> {
        const auto from = cursorOf(page, Uuid{});
        if (!from) return failure(from.error());
        const auto open = of("open", of("$gt", 0), "_id", of("$gt", from->str()));
        auto users = mongo::listEntities<User>(connection, open, of("_id", 1), rowsFor(page));
        if (!users) return failure(std::move(users.error()));
        return toPage(std::move(*users), page);
    });
}

Task<Result<Credits>> MongoStore::hold(UserId id, JobId job, Credits amount) {
    return database_->run([id, job, amount](Connection& connection) -> Result<Credits> {
        const auto held = mongo::holdCredits(connection, id, job, amount, std::nullopt);
        if (!held) return failure(held.error());
        return held->balance.left;
    });
}

Task<Result<std::optional<Credits>>> MongoStore::settle(UserId id, JobId job, Credits charge) {
    return database_->run([id, job, charge](Connection& connection) {
        return mongo::settleHold(connection, id, job, charge);
    });
}

Task<Result<Credits>> MongoStore::grant(UserId id, UsageId grant, Credits amount,
                                        std::string reason) {
    return database_->run([id, grant, amount, reason = std::move(reason)](Connection& connection) {
        return mongo::grantCredits(connection, id, grant, amount, reason);
    });
}

Task<Result<>> MongoStore::clearGrant(UserId id, UsageId grant) {
    return database_->run(
        [id, grant](Connection& connection) { return mongo::clearGrant(connection, id, grant); });
}

}  // namespace atelier
