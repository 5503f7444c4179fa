#include "store/mongo/last_admin.h"

#include "store/mongo/read.h"

namespace atelier::mongo {
namespace {

constexpr auto kUserCollection = "users";
constexpr auto kMeta = "meta";

Document active() {
    return of("role", Role::Admin, "disabled", false, "hash", of("$ne", ""));
}

/// True when someone besides `id` is an admin who may sign in and is not on the way out.
Result<bool> anotherRemains(Connection& connection, const UserId& id, const Document& guard) {
    const auto admins = connection.find(kUserCollection, active(),
                                        {.sort = {}, .limit = 0, .fields = of("roleVersion", 1)});
    if (!admins) return failure(admins.error());
    for (const auto& admin : *admins) {
        const auto other = textAt(admin, "_id");
        const auto entry = "leaving." + other;
        const bool leaves =
            guard.has(entry) && numberAt(guard, entry) == numberAt(admin, "roleVersion");
        if (other != id.str() && !leaves) return true;
    }
    return false;
}

/// Names `id` as leaving. False: someone else did so for another at the same time, try again.
/// Errors: Conflict (the last admin).
Result<bool> announceLeaving(Connection& connection, const UserId& id, std::int64_t role_version) {
    const auto found = connection.findOne(kMeta, of("_id", "admins"));
    if (!found) return failure(found.error());
    if (!*found) {
        const auto made = connection.insert(kMeta, of("_id", "admins", "version", 0));
        if (!made) return failure(made.error());
        return false;
    }
    const auto remains = anotherRemains(connection, id, **found);
    if (!remains) return failure(remains.error());
    if (!*remains) {
        return failure(ErrorCode::Conflict,
                       "this is the last admin: make someone else admin first");
    }
    return connection.update(
        kMeta, of("_id", "admins", "version", numberAt(**found, "version")),
        of("$inc", of("version", 1), "$set", of("leaving." + id.str(), role_version)));
}

}  // namespace

Result<> changeRole(Connection& connection, const UserId& id, const Document& set,
                    bool ends_sessions, bool takes_admin) {
    const auto change =
        of("$set", set, "$inc", of("roleVersion", 1, "sessionEpoch", ends_sessions ? 1 : 0));
    for (;;) {
        const auto user =
            connection.findOne(kUserCollection, of("_id", id),
                               of("role", 1, "disabled", 1, "hash", 1, "roleVersion", 1));
        if (!user) return failure(user.error());
        const bool erased = *user && textAt(**user, "hash").empty();
        if (!*user || (erased && !set.has("erasing")))
            return failure(ErrorCode::NotFound, "there is no such user");
        const auto version = numberAt(**user, "roleVersion");
        bson_iter_t disabled;
        const bool is_admin = textAt(**user, "role") == nameOf(Role::Admin) &&
                              (*user)->find("disabled", disabled) && !bson_iter_bool(&disabled);
        if (takes_admin && is_admin) {
            const auto announced = announceLeaving(connection, id, version);
            if (!announced) return failure(announced.error());
            if (!*announced) continue;
        }
        const auto changed =
            connection.update(kUserCollection, of("_id", id, "roleVersion", version), change);
        if (!changed) return failure(changed.error());
        if (*changed) return {};
    }
}

}  // namespace atelier::mongo
