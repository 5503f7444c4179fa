#include "store/sqlite/changes.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/sqlite_store.h"

namespace atelier {
namespace {

using sqlite::Connection;

constexpr auto kClaim =
    "INSERT INTO idempotency_keys VALUES(?1,?2,?3,?4,?5,?6,NULL) ON CONFLICT(user_id,key) DO "
    "UPDATE SET "
    "fingerprint=?3, job_id=?4, lease_until=?5, expires_at=?6, answer=NULL WHERE expires_at<=?7";
constexpr auto kFindClaim =
    "SELECT fingerprint, job_id, lease_until, expires_at, answer FROM idempotency_keys WHERE "
    "user_id=? AND key=?";
constexpr auto kRenew =
    "UPDATE idempotency_keys SET lease_until=?4 WHERE user_id=?1 AND key=?2 AND lease_until=?3 AND "
    "answer IS NULL";
constexpr auto kKeep =
    "UPDATE idempotency_keys SET answer=?4 WHERE user_id=?1 AND key=?2 AND job_id=?3";
constexpr auto kDrop =
    "DELETE FROM idempotency_keys WHERE user_id=? AND key=? AND job_id=? AND answer IS NULL";
constexpr auto kRemoveExpiredClaims =
    "DELETE FROM idempotency_keys WHERE rowid IN (SELECT rowid FROM idempotency_keys WHERE "
    "expires_at<? ORDER BY "
    "expires_at LIMIT ?)";

}  // namespace

Result<std::optional<IdempotencyClaim>> sqlite::findClaim(Connection& connection,
                                                          const UserId& user,
                                                          const std::string& key) {
    auto row = connection.query(kFindClaim, user, key);
    if (!row.next()) return std::nullopt;
    IdempotencyClaim claim;
    claim.user_id = user;
    claim.key = key;
    claim.fingerprint = row.get<std::string>(0);
    claim.job_id = row.get<JobId>(1);
    claim.lease_until = row.get<Instant>(2);
    claim.expires_at = row.get<Instant>(3);
    if (const auto text = row.get<std::optional<std::string>>(4)) {
        auto answer = sqlite::readDocument<KeptAnswer>(*text);
        if (!answer) return failure(std::move(answer.error()));
        claim.answer = std::move(*answer);
    }
    return claim;
}

Task<Result<IdempotencyClaim>> SqliteStore::claimKey(IdempotencyClaim claim, Instant now) {
    return database_->write(
        [claim = std::move(claim), now](Connection& connection) -> Result<IdempotencyClaim> {
            connection
                .query(kClaim, claim.user_id, claim.key, claim.fingerprint, claim.job_id,
                       claim.lease_until, claim.expires_at, now)
                .run();
            auto stored = sqlite::findClaim(connection, claim.user_id, claim.key);
            if (!stored) return failure(std::move(stored.error()));
            if (!*stored)
                return failure(ErrorCode::Internal, "a claim that was just made is missing");
            return std::move(**stored);
        });
}

Task<Result<bool>> SqliteStore::renewClaim(UserId user, std::string key, Instant expected,
                                           Instant until) {
    return database_->write(
        [user, key = std::move(key), expected, until](Connection& connection) -> Result<bool> {
            return connection.query(kRenew, user, key, expected, until).run() > 0;
        });
}

Task<Result<>> SqliteStore::keepAnswer(UserId user, std::string key, JobId job, KeptAnswer answer) {
    return database_->write([user, key = std::move(key), job,
                             text = json::write(answer)](Connection& connection) -> Result<> {
        connection.query(kKeep, user, key, job, text).run();
        return {};
    });
}

Task<Result<>> SqliteStore::dropClaim(UserId user, std::string key, JobId job) {
    return database_->write([user, key = std::move(key), job](Connection& connection) -> Result<> {
        connection.query(kDrop, user, key, job).run();
        return {};
    });
}

Task<Result<int>> SqliteStore::removeExpiredClaims(Instant before, int limit) {
    return database_->write([before, limit](Connection& connection) -> Result<int> {
        return connection.query(kRemoveExpiredClaims, before, limit).run();
    });
}

Task<Result<int>> SqliteStore::removeClaims(UserId user) {
    return database_->write([user](Connection& connection) -> Result<int> {
        return connection.query("DELETE FROM idempotency_keys WHERE user_id=?", user).run();
    });
}

}  // namespace atelier
