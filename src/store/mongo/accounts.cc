#include "store/mongo/last_admin.h"
#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {

using mongo::Connection;
using mongo::of;

Task<Result<>> MongoStore::setRole(UserId id, Role role) {
    return database_->run([id, role](Connection& connection) {
        return mongo::changeRole(connection, id, of("role", role), /*ends_sessions=*/false,
                                 /*takes_admin=*/role != Role::Admin);
    });
}

Task<Result<>> MongoStore::setPassword(UserId id, std::string hash) {
    return database_->run([id, hash = std::move(hash)](Connection& connection) -> Result<> {
        const auto changed =
            connection.update("users", of("_id", id, "hash", of("$ne", "")),
                              of("$set", of("hash", hash), "$inc", of("sessionEpoch", 1)));
        if (!changed) return failure(changed.error());
        if (!*changed) return failure(ErrorCode::NotFound, "there is no such user");
        return {};
    });
}

Task<Result<>> MongoStore::renewHash(UserId id, std::string from, std::string to) {
    auto change = [id, from = std::move(from),
                   to = std::move(to)](Connection& connection) -> Result<> {
        const auto changed =
            connection.update("users", of("_id", id, "hash", from), of("$set", of("hash", to)));
        if (!changed) return failure(changed.error());
        return {};
    };
    return database_->run(std::move(change));
}

Task<Result<>> MongoStore::setDisabled(UserId id, bool disabled) {
    return database_->run([id, disabled](Connection& connection) {
        return mongo::changeRole(connection, id, of("disabled", disabled),
                                 /*ends_sessions=*/disabled, /*takes_admin=*/disabled);
    });
}

Task<Result<>> MongoStore::eraseUser(UserId id) {
    return database_->run([id](Connection& connection) {
        const auto erased =
            of("email", "erased:" + id.str(), "hash", "", "disabled", true, "erasing", true);
        return mongo::changeRole(connection, id, erased, /*ends_sessions=*/true,
                                 /*takes_admin=*/true);
    });
}

Task<Result<std::vector<UserId>>> MongoStore::listErasing(int limit) {
    return database_->run([limit](Connection& connection) -> Result<std::vector<UserId>> {
        const auto found = connection.find("users", of("erasing", true),
                                           {.sort = {}, .limit = limit, .fields = of("_id", 1)});
        if (!found) return failure(found.error());
        std::vector<UserId> ids;
        for (const auto& document : *found)
            if (const auto id = UserId::parse(mongo::textAt(document, "_id"))) ids.push_back(*id);
        return ids;
    });
}

Task<Result<>> MongoStore::noteErased(UserId id) {
    return database_->run([id](Connection& connection) -> Result<> {
        const auto noted =
            connection.update("users", of("_id", id), of("$unset", of("erasing", "")));
        if (!noted) return failure(noted.error());
        return {};
    });
}

}  // namespace atelier
