#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {

using mongo::Connection;
using mongo::of;

Task<Result<>> MongoStore::insertSession(LoginSession session) {
    return database_->run([session = std::move(session)](Connection& connection) -> Result<> {
        const auto added = mongo::insertEntity(connection, session);
        if (!added) return failure(added.error());
        return {};
    });
}

Task<Result<std::optional<LoginSession>>> MongoStore::findSession(SessionId id) {
    return database_->run([id](Connection& connection) {
        return mongo::findEntity<LoginSession>(connection, of("_id", id));
    });
}

Task<Result<bool>> MongoStore::replaceSession(LoginSession session, std::string expected_hash) {
    return database_->run([session = std::move(session),
                           expected = std::move(expected_hash)](Connection& connection) {
        return connection.update("sessions", of("_id", session.id, "tokenHash", expected),
                                 mongo::toUpdate(session));
    });
}

Task<Result<bool>> MongoStore::removeSession(SessionId id) {
    return database_->run(
        [id](Connection& connection) { return connection.removeOne("sessions", of("_id", id)); });
}

Task<Result<int>> MongoStore::removeSessions(UserId user) {
    return database_->run([user](Connection& connection) {
        return connection.removeMany("sessions", of("userId", user));
    });
}

Task<Result<int>> MongoStore::removeExpiredSessions(Instant before, int limit) {
    return database_->run([before, limit](Connection& connection) {
        return connection.removeLowest("sessions", of("expiresAt", of("$lt", before)), "expiresAt",
                                       limit);
    });
}

}  // namespace atelier
