#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

constexpr auto kClaims = mongo::kPlace<IdempotencyClaim>.collection;

/// Takes over a claim that has expired; false when there is none such.
Result<bool> takeOver(Connection& connection, const IdempotencyClaim& claim, Instant now) {
    return connection.update(kClaims, of("_id", mongo::idOf(claim), "expiresAt", of("$lte", now)),
                             mongo::toUpdate(claim));
}

}  // namespace

Task<Result<IdempotencyClaim>> MongoStore::claimKey(IdempotencyClaim claim, Instant now) {
    return database_->run(
        [claim = std::move(claim), now](Connection& connection) -> Result<IdempotencyClaim> {
            for (;;) {
                const auto added = mongo::insertEntity(connection, claim);
                if (!added) return failure(added.error());
                if (*added) return claim;
                const auto taken = takeOver(connection, claim, now);
                if (!taken) return failure(taken.error());
                if (*taken) return claim;
                auto stored =
                    mongo::findEntity<IdempotencyClaim>(connection, of("_id", mongo::idOf(claim)));
                if (!stored) return failure(std::move(stored.error()));
                if (*stored) return std::move(**stored);
                // It was dropped between the two: free again.
            }
        });
}

Task<Result<bool>> MongoStore::renewClaim(UserId user, std::string key, Instant expected,
                                          Instant until) {
    return database_->run([id = mongo::claimId(user, key), expected,
                           until](Connection& connection) {
        return connection.update(kClaims, of("_id", id, "leaseUntil", expected, "answer", nullptr),
                                 of("$set", of("leaseUntil", until)));
    });
}

Task<Result<>> MongoStore::keepAnswer(UserId user, std::string key, JobId job, KeptAnswer answer) {
    return database_->run([id = mongo::claimId(user, key), job,
                           answer = std::move(answer)](Connection& connection) -> Result<> {
        const auto kept = connection.update(kClaims, of("_id", id, "jobId", job),
                                            of("$set", of("answer", answer)));
        if (!kept) return failure(kept.error());
        return {};
    });
}

Task<Result<>> MongoStore::dropClaim(UserId user, std::string key, JobId job) {
    return database_->run(
        [id = mongo::claimId(user, key), job](Connection& connection) -> Result<> {
            const auto dropped =
                connection.removeOne(kClaims, of("_id", id, "jobId", job, "answer", nullptr));
            if (!dropped) return failure(dropped.error());
            return {};
        });
}

Task<Result<int>> MongoStore::removeExpiredClaims(Instant before, int limit) {
    return database_->run([before, limit](Connection& connection) {
        return connection.removeLowest(kClaims, of("expiresAt", of("$lt", before)), "expiresAt",
                                       limit);
    });
}

Task<Result<int>> MongoStore::removeClaims(UserId user) {
    return database_->run([user](Connection& connection) {
        return connection.removeMany(kClaims, of("userId", user));
    });
}

}  // namespace atelier
