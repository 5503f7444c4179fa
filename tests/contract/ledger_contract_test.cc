#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using testing::IsFalse;
using testing::IsTrue;
using testing::SizeIs;

class LedgerContract : public PortContract<Store> {
  protected:
    bool add(const UsageLog& line) { return runTask(port().append(line)).value(); }
    UserId user_ = ids_.make<UserId>();
};

TEST_P(LedgerContract, KeepsEveryFieldOfALine) {
    auto line = someUsage(ids_, user_, UsageKind::Settle, 5);
    line.sample = 1;
    line.reason = "result delivered";
    line.balance = 42;
    add(line);
    reopen();
    const auto page = runTask(port().listUsage(user_, {}, {})).value();
    ASSERT_THAT(page.items, SizeIs(1));
    EXPECT_EQ(json::write(page.items[0]), json::write(line));
}

TEST_P(LedgerContract, AJobHasOneLineOfEachKind) {
    auto line = someUsage(ids_, user_, UsageKind::Hold, 5);
    EXPECT_TRUE(add(line));
    line.id = ids_.make<UsageId>();
    EXPECT_FALSE(add(line));
    line.kind = UsageKind::Settle;
    EXPECT_TRUE(add(line));
    EXPECT_THAT(runTask(port().listUsage(user_, {}, {})).value().items, SizeIs(2));
}

TEST_P(LedgerContract, AGrantIsUniqueByItsId) {
    const auto grant = someUsage(ids_, user_, UsageKind::Grant, 100);
    EXPECT_TRUE(add(grant));
    EXPECT_FALSE(add(grant));
    EXPECT_TRUE(add(someUsage(ids_, user_, UsageKind::Grant, 100)));
}

TEST_P(LedgerContract, OfRacingLinesOneIsWritten) {
    const auto line = someUsage(ids_, user_, UsageKind::Hold, 5);
    std::vector<Task<Result<bool>>> appends;
    for (int i = 0; i < 50; ++i) {
        auto repeat = line;
        repeat.id = ids_.make<UsageId>();
        appends.push_back(port().append(repeat));
    }
    const auto results = runAll(std::move(appends));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& added) { return added.value(); }), 1);
}

TEST_P(LedgerContract, FiltersByActionAndKind) {
    add(someUsage(ids_, user_, UsageKind::Grant, 100));
    add(someUsage(ids_, user_, UsageKind::Hold, 5));
    add(someUsage(ids_, user_, UsageKind::Settle, 5));
    const LedgerFilter grants{.action = UsageAction::Grant, .kind = std::nullopt};
    const LedgerFilter settled{.action = UsageAction::Tryon, .kind = UsageKind::Settle};
    EXPECT_THAT(runTask(port().listUsage(user_, grants, {})).value().items, SizeIs(1));
    EXPECT_THAT(runTask(port().listUsage(user_, settled, {})).value().items, SizeIs(1));
    EXPECT_THAT(runTask(port().listUsage(ids_.make<UserId>(), {}, {})).value().items, SizeIs(0));
}

TEST_P(LedgerContract, PagesThroughNewestFirst) {
    for (int i = 0; i < 5; ++i) add(someUsage(ids_, user_, UsageKind::Grant, i));
    const auto first =
        runTask(port().listUsage(user_, {}, {.limit = 3, .cursor = std::nullopt})).value();
    ASSERT_THAT(first.items, SizeIs(3));
    EXPECT_EQ(first.items[0].credits_used, 4);
    const auto second =
        runTask(port().listUsage(user_, {}, {.limit = 3, .cursor = first.next_cursor})).value();
    ASSERT_THAT(second.items, SizeIs(2));
    EXPECT_EQ(second.items[1].credits_used, 0);
    EXPECT_THAT(runTask(port().listUsage(user_, {}, {.limit = 3, .cursor = "?"})),
                failsWith(ErrorCode::ValidationFailed));
}

TEST_P(LedgerContract, WalksTheLinesOfAllJobsJobByJob) {
    std::vector<JobId> jobs;
    for (int i = 0; i < 7; ++i) {
        auto line = someUsage(ids_, ids_.make<UserId>(), UsageKind::Hold, i);
        jobs.push_back(*line.job_id);
        add(line);
        line.id = ids_.make<UsageId>();
        line.kind = UsageKind::Settle;
        add(line);
    }
    add(someUsage(ids_, user_, UsageKind::Grant, 100));
    std::vector<JobId> seen;
    PageRequest request{.limit = 1, .cursor = {}};
    do {
        const auto page = runTask(port().listJobLines(request)).value();
        for (const auto& line : page.items) {
            EXPECT_EQ(json::write(line.line), json::write(line.filed));
            seen.push_back(*line.filed.job_id);
        }
        EXPECT_EQ(page.items.size() % 2, 0U);
        request.cursor = page.next_cursor;
    } while (request.cursor);
    ASSERT_THAT(seen, SizeIs(14));
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], jobs[6 - i / 2]);
    EXPECT_THAT(runTask(port().linesOf(jobs[3])).value(), SizeIs(2));
    EXPECT_THAT(runTask(port().listGrantLines({})).value().items, SizeIs(1));
}

TEST_P(LedgerContract, SumsUpByKind) {
    add(someUsage(ids_, user_, UsageKind::Grant, 100));
    add(someUsage(ids_, user_, UsageKind::Grant, -20));
    add(someUsage(ids_, user_, UsageKind::Hold, 15));
    add(someUsage(ids_, user_, UsageKind::Settle, 10));
    add(someUsage(ids_, user_, UsageKind::Release, 5));
    const auto totals = runTask(port().totals(user_)).value();
    EXPECT_EQ(totals.granted, 80);
    EXPECT_EQ(totals.held, 15);
    EXPECT_EQ(totals.settled, 10);
    EXPECT_EQ(totals.released, 5);
    EXPECT_EQ(runTask(port().totals(ids_.make<UserId>())).value().granted, 0);
}

INSTANTIATE_TEST_SUITE_P(Every, LedgerContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
