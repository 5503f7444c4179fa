#include "store/mongo/credit_changes.h"
#include "store/mongo/mongo_store.h"
#include "store/mongo/queries.h"

namespace atelier {
namespace {

using mongo::Connection;
using mongo::of;

mongo::Document filterOf(const JobFilter& filter) {
    mongo::Document out;
    mongo::addFilter(out, "kind", filter.kind);
    mongo::addFilter(out, "status", filter.status);
    mongo::addFilter(out, "request.domain", filter.domain);
    return out;
}

/// Keys of blobs are only added: a job refers to what it once used until it is removed.
mongo::Document changeOf(const Job& job) {
    mongo::Document derived;
    mongo::append(derived.get(), "endedAt", mongo::endOf(job));
    auto change = mongo::toUpdate(job, derived);
    mongo::append(change.get(), "$addToSet", of("blobs", of("$each", blobKeysOf(job))));
    return change;
}

/// Gives back the hold that was just taken for a job whose id is another's, or that has ended. When
/// someone else is taking the same job on at this moment the hold stays: it is the job's.
Result<> undoHold(Connection& connection, const Job& job) {
    const auto other = connection.findOne("jobs", of("_id", job.id), of("userId", 1, "settled", 1));
    if (!other) return failure(other.error());
    const bool same = *other && mongo::textAt(**other, "userId") == job.user_id.str();
    bson_iter_t settled;
    const bool over = *other && (*other)->find("settled", settled) && bson_iter_bool(&settled);
    if (same && !over) return {};
    const auto back = mongo::settleHold(connection, job.user_id, job.id, 0);
    if (!back) return failure(back.error());
    return {};
}

Result<Balance> accept(Connection& connection, const Job& job, UsageLog line, int max_holds) {
    const auto held =
        mongo::holdCredits(connection, job.user_id, job.id, job.credits_held, max_holds);
    if (!held) return failure(held.error());
    const auto inserted = mongo::insertEntity(connection, job);
    if (!inserted) return failure(inserted.error());
    if (!*inserted) {
        // What cannot be given back now the reconciler gives back.
        if (held->fresh) static_cast<void>(undoHold(connection, job));
        return failure(ErrorCode::Conflict, "a job with this id exists");
    }
    // The job is taken on: a line that cannot be written now is written when the job is settled.
    line.balance = held->balance.left;
    static_cast<void>(mongo::insertEntity(connection, line));
    return held->balance;
}

}  // namespace

Task<Result<Balance>> MongoStore::acceptJob(Job job, UsageLog line, int max_holds) {
    return database_->run(
        [job = std::move(job), line = std::move(line), max_holds](Connection& connection) {
            return accept(connection, job, line, max_holds);
        });
}

Task<Result<>> MongoStore::insertJob(Job job) {
    return database_->run([job = std::move(job)](Connection& connection) -> Result<> {
        const auto inserted = mongo::insertEntity(connection, job);
        if (!inserted) return failure(inserted.error());
        if (!*inserted) return failure(ErrorCode::Conflict, "a job with this id exists");
        return {};
    });
}

Task<Result<std::optional<Job>>> MongoStore::findJob(JobId id) {
    return database_->run(
        [id](Connection& connection) { return mongo::findEntity<Job>(connection, of("_id", id)); });
}

Task<Result<std::int64_t>> MongoStore::updateJob(Job job) {
    ++job.version;
    return database_->run([job = std::move(job)](Connection& connection) {
        return mongo::updateVersion(connection, job, changeOf(job));
    });
}

Task<Result<Page<Job>>> MongoStore::listJobs(UserId owner, JobFilter filter, PageRequest page) {
    return listAllJobs(owner, std::move(filter), std::move(page));
}

Task<Result<Page<Job>>> MongoStore::listAllJobs(std::optional<UserId> owner, JobFilter filter,
                                                PageRequest page) {
    return database_->run(
        [owner, filter = std::move(filter), page = std::move(page)](Connection& connection) {
            auto wanted = filterOf(filter);
            mongo::addFilter(wanted, "userId", owner);
            return mongo::pageOf<Job>(connection, std::move(wanted), page);
        });
}

Task<Result<bool>> MongoStore::removeJob(JobId id) {
    return database_->run([id](Connection& connection) {
        return connection.removeOne("jobs",
                                    of("_id", id, "settled", true, "endedAt", of("$exists", true)));
    });
}

Task<Result<std::vector<Job>>> MongoStore::listSettled(Instant before, int limit) {
    return database_->run([before, limit](Connection& connection) {
        const auto settled = of("settled", true, "endedAt", of("$lt", before));
        return mongo::listReadable<Job>(connection, settled, of("endedAt", 1), limit);
    });
}

Task<Result<int>> MongoStore::countActiveJobs(UserId owner) {
    return database_->run([owner](Connection& connection) -> Result<int> {
        const auto active = connection.count("jobs", of("userId", owner, "endedAt", nullptr));
        if (!active) return failure(active.error());
        return static_cast<int>(*active);
    });
}

Task<Result<std::vector<JobId>>> MongoStore::listUnfinished(Instant before, int limit) {
    return database_->run([before, limit](Connection& connection) -> Result<std::vector<JobId>> {
        const auto found =
            connection.find("jobs", of("endedAt", nullptr, "createdAt", of("$lt", before)),
                            {.sort = of("createdAt", 1), .limit = limit, .fields = of("_id", 1)});
        if (!found) return failure(found.error());
        std::vector<JobId> ids;
        for (const auto& document : *found)
            if (const auto id = JobId::parse(mongo::textAt(document, "_id"))) ids.push_back(*id);
        return ids;
    });
}

Task<Result<std::vector<Job>>> MongoStore::listUnsettled(Instant before, int limit) {
    return database_->run([before, limit](Connection& connection) {
        const auto unsettled = of("settled", false, "endedAt", of("$lt", before));
        return mongo::listReadable<Job>(connection, unsettled, of("endedAt", 1), limit);
    });
}

Task<Result<std::vector<Job>>> MongoStore::listUnannounced(int limit) {
    return database_->run([limit](Connection& connection) {
        // A date keeps out jobs that have not ended, and leads into the index.
        const auto unannounced =
            of("announced", false, "settled", true, "endedAt", of("$gte", Instant{}));
        return mongo::listReadable<Job>(connection, unannounced, of("endedAt", 1), limit);
    });
}

}  // namespace atelier
