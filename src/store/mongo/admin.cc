#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

Result<> countJobs(Connection& connection, StoreCounts& counts) {
    Result<> done;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<JobStatus>>([&](auto d) {
        if (!done) return;
        const auto count = connection.count("jobs", of("status", d.value));
        if (!count) done = failure(count.error());
        if (count && *count > 0) counts.jobs[d.value] = *count;
    });
    return done;
}

Result<> countUsers(Connection& connection, StoreCounts& counts) {
    const auto someone = of("$ne", "");
    const std::array<std::pair<mongo::Document, std::int64_t*>, 3> wanted{{
        {of("hash", someone), &counts.users},
        {of("hash", someone, "role", Role::Admin), &counts.admins},
        {of("hash", someone, "disabled", true), &counts.disabled},
    }};
    for (const auto& [filter, out] : wanted) {
        const auto count = connection.count("users", filter);
        if (!count) return failure(count.error());
        *out = *count;
    }
    return {};
}

Result<> sumCredits(Connection& connection, StoreCounts& counts) {
    const auto left = connection.sums("users", {}, "role", "creditsLeft");
    if (!left) return failure(left.error());
    for (const auto& [role, sum] : *left) counts.credits_left += sum;

    const auto holding =
        mongo::listEntities<User>(connection, of("open", of("$gt", 0)), of("_id", 1), 0);
    if (!holding) return failure(holding.error());
    for (const auto& user : *holding) counts.credits_held += user.creditsHeld();
    return {};
}

}  // namespace

Task<Result<StoreCounts>> MongoStore::counts() {
    return database_->run([](Connection& connection) -> Result<StoreCounts> {
        StoreCounts counts;
        for (const auto part : {countJobs, countUsers, sumCredits}) {
            const auto done = part(connection, counts);
            if (!done) return failure(done.error());
        }
        return counts;
    });
}

}  // namespace atelier
