#include "service/credit_audit.h"

#include "contract/backends.h"
#include "support/eager_clock.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Everything is written as the service writes it, unless a test leaves something out.
class CreditAuditTest : public PortContract<Store> {
  protected:
    void SetUp() override {
        PortContract::SetUp();
        if (!IsSkipped()) user_ = userWith(100);
    }

    UserId userWith(Credits granted) {
        const auto user = someUser(ids_, granted);
        EXPECT_THAT(runTask(port().insertUser(user)), isOk());
        write(user.id, UsageKind::Grant, granted);
        return user.id;
    }
    void write(UserId user, UsageKind kind, Credits amount, std::optional<JobId> job = {}) {
        auto line = someUsage(ids_, user, kind, amount);
        line.job_id = job;
        EXPECT_THAT(runTask(port().append(line)), isOk());
    }
    /// A running job, with or without its line.
    Job started(bool recorded = true) {
        auto job = someJob(ids_, user_);
        EXPECT_THAT(runTask(port().hold(user_, job.id, job.credits_held)), isOk());
        EXPECT_THAT(runTask(port().insertJob(job)), isOk());
        if (recorded) write(user_, UsageKind::Hold, job.credits_held, job.id);
        return job;
    }
    /// Ends `job` with `used` charged, of which the ledger says `settled` and `released`.
    void settle(Job job, Credits used, Credits settled, Credits released) {
        abandon(job, JobStatus::Failed, Error{ErrorCode::ProviderFailed, "x"}, kNow);
        job.credits_used = used;
        job.settled = true;
        EXPECT_THAT(runTask(port().settle(user_, job.id, used)), isOk());
        if (settled > 0) write(user_, UsageKind::Settle, settled, job.id);
        if (released > 0) write(user_, UsageKind::Release, released, job.id);
        EXPECT_THAT(runTask(port().updateJob(job)), isOk());
    }
    CreditAudit::Tally audit() {
        said_.clear();
        CreditAudit work{port(), eager_, [this](const auto& line) { said_.push_back(line); }};
        return runTask(work.run()).value();
    }
    auto says(const JobId& job, const std::string& what) {
        return Contains(AllOf(HasSubstr("user " + user_.str()), HasSubstr("job " + job.str()),
                              HasSubstr(what)));
    }

    EagerClock eager_;
    UserId user_;
    std::vector<std::string> said_;
};

TEST_P(CreditAuditTest, AStoreInOrderIsInOrder) {
    for (int i = 0; i < 180; ++i)  // more than one page

        settle(started(), i % 3 == 0 ? 1 : 0, i % 3 == 0 ? 1 : 0, i % 3 == 0 ? 4 : 5);
    started();
    started(/*recorded=*/false);  // its line comes when it is settled
    const auto tally = audit();
    EXPECT_THAT(said_, IsEmpty());
    EXPECT_EQ(tally.users, 1);
    EXPECT_EQ(tally.jobs, 182);
    EXPECT_EQ(tally.wrong, 0);
}

TEST_P(CreditAuditTest, ErasedJobsAreNotMissed) {
    const auto job = started();
    settle(job, 5, 5, 0);
    EXPECT_THAT(runTask(port().removeJob(job.id)), isOk());
    EXPECT_EQ(audit().wrong, 0);
    EXPECT_THAT(runTask(port().eraseUser(user_)), isOk());
    EXPECT_EQ(audit().wrong, 0);
}

TEST_P(CreditAuditTest, LinesOfAUserWhoIsGone) {
    const auto gone = ids_.make<UserId>();
    write(gone, UsageKind::Grant, 7);
    write(gone, UsageKind::Hold, 5, ids_.make<JobId>());
    EXPECT_EQ(audit().wrong, 2);  // the hold leads to no job either
    EXPECT_THAT(said_, Contains(AllOf(HasSubstr("user " + gone.str() + ": does not exist"),
                                      HasSubstr("a difference of 7"))));
}

TEST_P(CreditAuditTest, AMissingHoldLine) {
    const auto job = started(/*recorded=*/false);
    settle(job, 5, 5, 0);
    EXPECT_EQ(audit().wrong, 1);
    EXPECT_THAT(said_, says(job.id, "says 0 held, the job 5: a difference of -5"));
}

TEST_P(CreditAuditTest, AMissingReleaseLine) {
    const auto job = started();
    settle(job, 2, 2, 0);
    EXPECT_EQ(audit().wrong, 1);
    EXPECT_THAT(said_, says(job.id, "says 0 released, the job 3: a difference of -3"));
}

TEST_P(CreditAuditTest, AHoldForNoJob) {
    const auto none = ids_.make<JobId>();
    EXPECT_THAT(runTask(port().hold(user_, none, 5)), isOk());
    EXPECT_EQ(audit().wrong, 1);
    EXPECT_THAT(said_, ElementsAre(AllOf(HasSubstr("user " + user_.str()),
                                         HasSubstr("5 credits are held for job " + none.str()))));
}

TEST_P(CreditAuditTest, AHoldOfAJobThatIsJustBeingTakenOnIsNone) {
    EXPECT_THAT(runTask(port().hold(user_, JobId{Uuid::v7(eager_.now())}, 5)), isOk());
    EXPECT_EQ(audit().wrong, 0);
}

TEST_P(CreditAuditTest, ASettledJobsHoldThatIsStillThere) {
    const auto job = started();
    settle(job, 5, 5, 0);
    EXPECT_THAT(runTask(port().hold(user_, job.id, 5)), isOk());
    audit();
    EXPECT_THAT(said_, says(job.id, "which is settled"));
}

TEST_P(CreditAuditTest, ARunningJobWithoutItsHold) {
    const auto job = started();
    EXPECT_THAT(runTask(port().settle(user_, job.id, 0)), isOk());
    EXPECT_EQ(audit().wrong, 1);
    EXPECT_THAT(said_, says(job.id, "nothing is held for it"));
}

TEST_P(CreditAuditTest, ASettlementOfNoJob) {
    const auto none = ids_.make<JobId>();
    EXPECT_THAT(runTask(port().hold(user_, none, 9)), isOk());
    EXPECT_THAT(runTask(port().settle(user_, none, 9)), isOk());
    write(user_, UsageKind::Settle, 9, none);
    EXPECT_EQ(audit().wrong, 1);
    EXPECT_THAT(said_, says(none, "does not exist, and the ledger says 0 held, 9 settled"));
}

TEST_P(CreditAuditTest, AJobThatSaysAnotherChargeThanItsLine) {
    const auto job = started();
    settle(job, 3, 5, 0);
    audit();
    EXPECT_THAT(said_, says(job.id, "says 5 settled, the job 3: a difference of 2"));
}

TEST_P(CreditAuditTest, AJobSettledInTheLedgerOfAnother) {
    const auto job = started(/*recorded=*/false);
    write(userWith(5), UsageKind::Hold, 5, job.id);
    audit();
    EXPECT_THAT(said_, says(job.id, "is of user"));
}

INSTANTIATE_TEST_SUITE_P(Every, CreditAuditTest, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
