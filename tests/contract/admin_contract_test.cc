#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

/// What administrators read: filters of users and the audit log, jobs of everyone, counts.
class AdminContract : public PortContract<Store> {
  protected:
    User stored(const std::string& email, Role role = Role::User, Credits credits = 0) {
        auto user = someUser(ids_, credits);
        user.email = email;
        user.role = role;
        EXPECT_THAT(runTask(port().insertUser(user)), isOk());
        return user;
    }
    Job stored(Job job) {
        EXPECT_THAT(runTask(port().insertJob(job)), isOk());
        return job;
    }
    std::vector<std::string> emails(UserFilter filter) {
        std::vector<std::string> out;
        const auto page = runTask(port().listUsers(std::move(filter), {})).value();
        for (const auto& user : page.items) out.push_back(user.email);
        return out;
    }
    std::vector<JobId> jobs(std::optional<UserId> owner, JobFilter filter) {
        std::vector<JobId> out;
        const auto page = runTask(port().listAllJobs(owner, std::move(filter), {})).value();
        for (const auto& job : page.items) out.push_back(job.id);
        return out;
    }
};

TEST_P(AdminContract, FindsUsersByPartOfTheirAddressRoleAndState) {
    const auto ann = stored("ann@shop.example");
    stored("bob@shop.example", Role::Admin);
    stored("100%_sure@else.example");
    runTask(port().setDisabled(ann.id, true)).value();
    EXPECT_THAT(emails({.email_part = "shop"}), ElementsAre("bob@shop.example", ann.email));
    EXPECT_THAT(emails({.email_part = "%_"}), ElementsAre("100%_sure@else.example"));
    EXPECT_THAT(emails({.email_part = "s.*e"}), IsEmpty());
    EXPECT_THAT(emails({.role = Role::Admin}), ElementsAre("bob@shop.example"));
    EXPECT_THAT(emails({.disabled = true}), ElementsAre(ann.email));
    EXPECT_THAT(emails({.email_part = "shop", .disabled = false}), ElementsAre("bob@shop.example"));
}

TEST_P(AdminContract, ListsJobsOfEveryoneNewestFirst) {
    const auto ann = ids_.make<UserId>();
    const auto bob = ids_.make<UserId>();
    const auto first = stored(someJob(ids_, ann));
    const auto second = stored(someJob(ids_, bob));
    auto other = someJob(ids_, ann);
    other.kind = JobKind::Model;
    other.request.domain = "interior_design";
    stored(other);
    EXPECT_THAT(jobs({}, {}), ElementsAre(other.id, second.id, first.id));
    EXPECT_THAT(jobs(ann, {}), ElementsAre(other.id, first.id));
    EXPECT_THAT(jobs(ann, {.kind = JobKind::Tryon}), ElementsAre(first.id));
    EXPECT_THAT(jobs({}, {.domain = "interior_design"}), ElementsAre(other.id));
    EXPECT_THAT(jobs({}, {.status = JobStatus::Failed}), IsEmpty());
    const auto page = runTask(port().listAllJobs({}, {}, {.limit = 2, .cursor = {}})).value();
    const auto rest = runTask(port().listAllJobs({}, {}, {.limit = 2, .cursor = page.next_cursor}));
    EXPECT_EQ(rest.value().items.at(0).id, first.id);
}

TEST_P(AdminContract, Counts) {
    EXPECT_EQ(runTask(port().counts()).value().users, 0);
    const auto ann = stored("ann@shop.example", Role::User, 20);
    const auto bob = stored("bob@shop.example", Role::Admin, 5);
    stored("eve@shop.example", Role::Admin);
    const auto gone = stored("gone@shop.example", Role::Admin);
    runTask(port().eraseUser(gone.id)).value();
    runTask(port().setDisabled(ann.id, true)).value();
    runTask(port().hold(ann.id, ids_.make<JobId>(), 7)).value();
    runTask(port().hold(bob.id, ids_.make<JobId>(), 2)).value();
    stored(someJob(ids_, ann.id));
    auto job = stored(someJob(ids_, ann.id));
    advance(job, JobStatus::Preparing, kNow);
    runTask(port().updateJob(job)).value();
    const auto counts = runTask(port().counts()).value();
    EXPECT_EQ(counts.users, 3);
    EXPECT_EQ(counts.admins, 2);
    EXPECT_EQ(counts.disabled, 1);
    EXPECT_EQ(counts.credits_left, 16);
    EXPECT_EQ(counts.credits_held, 9);
    EXPECT_THAT(counts.jobs,
                UnorderedElementsAre(Pair(JobStatus::Queued, 1), Pair(JobStatus::Preparing, 1)));
}

TEST_P(AdminContract, FiltersTheAuditLog) {
    const auto ann = ids_.make<UserId>();
    for (int seq = 1; seq <= 4; ++seq) {
        AuditEntry entry;
        entry.seq = seq;
        if (seq % 2 == 0) entry.actor = ann;
        entry.action = seq < 3 ? "user.role" : "credits.grant";
        entry.subject = "subject " + std::to_string(seq);
        runTask(port().appendAudit(entry)).value();
    }
    const auto seqs = [&](AuditFilter filter, PageRequest page = {}) {
        std::vector<std::int64_t> out;
        const auto lines = runTask(port().listAudit(std::move(filter), page)).value();
        for (const auto& line : lines.items) out.push_back(line.seq);
        return out;
    };
    EXPECT_THAT(seqs({.actor = ann}), ElementsAre(4, 2));
    EXPECT_THAT(seqs({.action = "user.role"}), ElementsAre(2, 1));
    EXPECT_THAT(seqs({.subject = "subject 3"}), ElementsAre(3));
    EXPECT_THAT(seqs({.actor = ann, .action = "user.role"}), ElementsAre(2));
    EXPECT_THAT(seqs({.actor = ann}, {.limit = 1, .cursor = "4"}), ElementsAre(2));
}

INSTANTIATE_TEST_SUITE_P(Every, AdminContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
