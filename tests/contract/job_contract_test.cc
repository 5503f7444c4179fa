#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Eq;
using testing::SizeIs;

class JobContract : public PortContract<Store> {
  protected:
    Job stored(Job job) {
        EXPECT_THAT(runTask(port().insertJob(job)), isOk());
        return job;
    }
    Job read(JobId id) { return runTask(port().findJob(id)).value().value(); }
    Job failed(Job job, Instant at) {
        abandon(job, JobStatus::Failed, {ErrorCode::ProviderFailed, "broken", {}, {}, {}, {}}, at);
        job.version = runTask(port().updateJob(job)).value();
        return job;
    }
    UserId user_ = ids_.make<UserId>();
};

TEST_P(JobContract, KeepsEveryFieldOfAJob) {
    auto job = someJob(ids_, user_);
    job.kind = JobKind::Model;
    job.progress = 0.25;
    job.request.extra.raw = true;
    job.request.extra.finetune_strength = 1e-9;
    job.request.extra.control = Control{ControlType::Canny, 0.25};
    job.request.guidance = 3.5;
    job.samples[0].task_id = "task";
    job.samples[0].submitted_at = kNow + 1ms;
    job.provenance.parameters = {{"prompt", "a \"shirt\"\n"}, {"big", 9'007'199'254'740'993}};
    job.samples[0].provenance = job.provenance;
    job.error = JobError{"provider_failed", "broken", true, false};
    stored(job);
    reopen();
    EXPECT_EQ(json::write(read(job.id)), json::write(job));
}

TEST_P(JobContract, AnIdIsInsertedOnce) {
    const auto job = stored(someJob(ids_, user_));
    EXPECT_THAT(runTask(port().insertJob(job)), failsWith(ErrorCode::Conflict));
    EXPECT_THAT(runTask(port().findJob(ids_.make<JobId>())), isOkAnd(Eq(std::nullopt)));
}

TEST_P(JobContract, AnUpdateCountsTheVersion) {
    auto job = stored(someJob(ids_, user_));
    advance(job, JobStatus::Preparing, kNow);
    EXPECT_THAT(runTask(port().updateJob(job)), isOkAnd(Eq(1)));
    EXPECT_EQ(read(job.id).version, 1);
    EXPECT_EQ(read(job.id).status, JobStatus::Preparing);
}

TEST_P(JobContract, AnUpdateOfAnOldVersionConflicts) {
    auto job = stored(someJob(ids_, user_));
    runTask(port().updateJob(job)).value();
    job.progress = 0.5;
    EXPECT_THAT(runTask(port().updateJob(job)), failsWith(ErrorCode::Conflict));
    EXPECT_EQ(read(job.id).progress, std::nullopt);
    EXPECT_THAT(runTask(port().updateJob(someJob(ids_, user_))), failsWith(ErrorCode::NotFound));
}

TEST_P(JobContract, OfRacingUpdatesOneWins) {
    const auto job = stored(someJob(ids_, user_));
    std::vector<Task<Result<std::int64_t>>> updates;
    for (int i = 0; i < 50; ++i) updates.push_back(port().updateJob(job));
    const auto results = runAll(std::move(updates));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& r) { return r.has_value(); }), 1);
    EXPECT_EQ(read(job.id).version, 1);
}

TEST_P(JobContract, CountsJobsThatHaveNotEnded) {
    const auto first = stored(someJob(ids_, user_));
    stored(someJob(ids_, user_));
    stored(someJob(ids_, ids_.make<UserId>()));
    EXPECT_THAT(runTask(port().countActiveJobs(user_)), isOkAnd(Eq(2)));
    failed(first, kNow);
    EXPECT_THAT(runTask(port().countActiveJobs(user_)), isOkAnd(Eq(1)));
}

TEST_P(JobContract, ListsUnfinishedJobsOldestFirst) {
    auto late = someJob(ids_, user_);
    late.created_at = kNow + 2s;
    auto early = someJob(ids_, user_);
    early.created_at = kNow + 1s;
    stored(late);
    stored(early);
    failed(stored(someJob(ids_, user_)), kNow);
    EXPECT_THAT(runTask(port().listUnfinished(kNow + 3s, 10)),
                isOkAnd(ElementsAre(early.id, late.id)));
    EXPECT_THAT(runTask(port().listUnfinished(kNow + 3s, 1)), isOkAnd(ElementsAre(early.id)));
    EXPECT_THAT(runTask(port().listUnfinished(kNow + 2s, 10)), isOkAnd(ElementsAre(early.id)));
}

TEST_P(JobContract, ListsEndedJobsUntilTheyAreSettled) {
    stored(someJob(ids_, user_));
    auto second = failed(stored(someJob(ids_, user_)), kNow + 2s);
    const auto first = failed(stored(someJob(ids_, user_)), kNow + 1s);
    const auto unsettled = runTask(port().listUnsettled(kNow + 3s, 10)).value();
    ASSERT_THAT(unsettled, SizeIs(2));
    EXPECT_EQ(unsettled[0].id, first.id);
    EXPECT_THAT(runTask(port().listUnsettled(kNow + 2s, 10)).value(), SizeIs(1));
    second.settled = true;
    runTask(port().updateJob(second)).value();
    EXPECT_THAT(runTask(port().listUnsettled(kNow + 3s, 10)).value(), SizeIs(1));
}

TEST_P(JobContract, ListsOfOneUserByKindStatusAndDomain) {
    auto model = someJob(ids_, user_);
    model.kind = JobKind::Model;
    stored(model);
    auto interior = someJob(ids_, user_);
    interior.request.domain = "interior_design";
    stored(interior);
    const auto broken = failed(stored(someJob(ids_, user_)), kNow);
    stored(someJob(ids_, ids_.make<UserId>()));

    const auto ids = [this](JobFilter filter) {
        std::vector<JobId> found;
        const auto page = runTask(port().listJobs(user_, filter, {})).value();
        for (const auto& job : page.items) found.push_back(job.id);
        return found;
    };
    EXPECT_THAT(ids({}), ElementsAre(broken.id, interior.id, model.id));
    EXPECT_THAT(ids({.kind = JobKind::Model, .status = {}, .domain = {}}), ElementsAre(model.id));
    EXPECT_THAT(ids({.kind = {}, .status = JobStatus::Failed, .domain = {}}),
                ElementsAre(broken.id));
    EXPECT_THAT(ids({.kind = {}, .status = {}, .domain = "interior_design"}),
                ElementsAre(interior.id));
    EXPECT_THAT(ids({.kind = JobKind::Model, .status = JobStatus::Failed, .domain = {}}),
                ElementsAre());
}

TEST_P(JobContract, PagesThroughNewestFirst) {
    for (int i = 0; i < 3; ++i) stored(someJob(ids_, user_));
    const auto first =
        runTask(port().listJobs(user_, {}, {.limit = 2, .cursor = std::nullopt})).value();
    const auto second =
        runTask(port().listJobs(user_, {}, {.limit = 2, .cursor = first.next_cursor})).value();
    EXPECT_THAT(first.items, SizeIs(2));
    EXPECT_THAT(second.items, SizeIs(1));
    EXPECT_EQ(second.next_cursor, std::nullopt);
    EXPECT_THAT(runTask(port().listJobs(user_, {}, {.limit = 2, .cursor = "x"})),
                failsWith(ErrorCode::ValidationFailed));
}

TEST_P(JobContract, OnlySettledJobsAreListedAndRemoved) {
    auto running = stored(someJob(ids_, user_));
    auto open = failed(stored(someJob(ids_, user_)), kNow);
    auto settled = failed(stored(someJob(ids_, user_)), kNow);
    settled.settled = true;
    runTask(port().updateJob(settled)).value();
    EXPECT_THAT(runTask(port().listSettled(kNow, 10)).value(), SizeIs(0));
    const auto listed = runTask(port().listSettled(kNow + 1ms, 10)).value();
    ASSERT_THAT(listed, SizeIs(1));
    EXPECT_EQ(listed[0].id, settled.id);
    EXPECT_THAT(runTask(port().removeJob(running.id)), isOkAnd(Eq(false)));
    EXPECT_THAT(runTask(port().removeJob(open.id)), isOkAnd(Eq(false)));
    EXPECT_THAT(runTask(port().removeJob(settled.id)), isOkAnd(Eq(true)));
    EXPECT_THAT(runTask(port().removeJob(settled.id)), isOkAnd(Eq(false)));
    EXPECT_THAT(runTask(port().updateJob(settled)), failsWith(ErrorCode::NotFound));
}

INSTANTIATE_TEST_SUITE_P(Every, JobContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
