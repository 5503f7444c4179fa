#include "store/sqlite_accounts/session_table.h"

namespace atelier::sqlite {

Task<Result<>> SessionTable::insertSession(LoginSession session) {
    return database_.write([session = std::move(session)](Connection& connection) -> Result<> {
        connection
            .query("INSERT INTO sessions VALUES(?,?,?,?,?,?)", session.id, session.user_id, session.token_hash,
                   session.created_at, session.refreshed_at, session.expires_at)
            .run();
        return {};
    });
}

Task<Result<std::optional<LoginSession>>> SessionTable::findSession(SessionId id) {
    return database_.read([id](Connection& connection) -> Result<std::optional<LoginSession>> {
        auto row = connection.query(
            "SELECT id,user_id,token_hash,created_at,refreshed_at,expires_at FROM sessions WHERE id=?", id);
        if (!row.next()) return std::nullopt;
        return LoginSession{row.get<SessionId>(0), row.get<UserId>(1),  row.get<std::string>(2),
                            row.get<Instant>(3),   row.get<Instant>(4), row.get<Instant>(5)};
    });
}

Task<Result<bool>> SessionTable::replaceSession(LoginSession session, std::string expected_hash) {
    return database_.write([session = std::move(session), expected = std::move(expected_hash)](Connection& connection) -> Result<bool> {
        auto update = connection.query(
            "UPDATE sessions SET token_hash=?,refreshed_at=?,expires_at=? WHERE id=? AND token_hash=?", session.token_hash,
            session.refreshed_at, session.expires_at, session.id, expected);
        return update.run() == 1;
    });
}

Task<Result<bool>> SessionTable::removeSession(SessionId id) {
    return database_.write([id](Connection& connection) -> Result<bool> {
        return connection.query("DELETE FROM sessions WHERE id=?", id).run() == 1;
    });
}

Task<Result<int>> SessionTable::removeSessions(UserId user) {
    return database_.write([user](Connection& connection) -> Result<int> {
        return connection.query("DELETE FROM sessions WHERE user_id=?", user).run();
    });
}

Task<Result<int>> SessionTable::removeExpiredSessions(Instant before, int limit) {
    return database_.write([before, limit](Connection& connection) -> Result<int> {
        return connection
            .query("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at<? LIMIT ?)", before, limit)
            .run();
    });
}

}  // namespace atelier::sqlite
