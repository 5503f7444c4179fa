#pragma once

#include "domain/credits.h"
#include "domain/ids.h"
#include "store/mongo/connection.h"

/// The conditional changes of one user document that move credits.
namespace atelier::mongo {

/// What a hold came to.
struct Held {
    Balance balance;
    bool fresh = false;  ///< false: it was there already
};

/// As UserStore::hold; with `most`, only beside fewer other holds. Errors: TooManyActiveJobs, too.
Result<Held> holdCredits(Connection& connection, const UserId& user, const JobId& job,
                         Credits amount, std::optional<std::int64_t> most);
/// As UserStore::settle.
Result<std::optional<Credits>> settleHold(Connection& connection, const UserId& user,
                                          const JobId& job, Credits charge);
/// As UserStore::grant.
Result<Credits> grantCredits(Connection& connection, const UserId& user, const UsageId& grant,
                             Credits amount, const std::string& reason);
/// As UserStore::clearGrant.
Result<> clearGrant(Connection& connection, const UserId& user, const UsageId& grant);

}  // namespace atelier::mongo
