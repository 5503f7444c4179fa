#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using testing::Eq;
using testing::SizeIs;

class AuditContract : public PortContract<Store> {
  protected:
    AuditEntry line(std::int64_t seq) {
        AuditEntry entry;
        entry.seq = seq;
        entry.actor = ids_.make<UserId>();
        entry.action = "credits.grant";
        entry.subject = "someone";
        entry.details = {{"amount", 5}, {"reason", "gift"}};
        entry.at = kNow;
        entry.hash = auditHash(entry);
        return entry;
    }
    void fill(int lines) {
        for (int seq = 1; seq <= lines; ++seq)
            EXPECT_THAT(runTask(port().appendAudit(line(seq))), isOk());
    }
};

TEST_P(AuditContract, BeginsEmpty) {
    EXPECT_THAT(runTask(port().lastAudit()), isOkAnd(Eq(std::nullopt)));
}

TEST_P(AuditContract, KeepsLinesSoThatTheirHashStillFits) {
    const auto entry = line(1);
    runTask(port().appendAudit(entry)).value();
    reopen();
    const auto last = runTask(port().lastAudit()).value().value();
    EXPECT_EQ(json::write(last), json::write(entry));
    EXPECT_EQ(auditHash(last), entry.hash);
}

TEST_P(AuditContract, OfRacingLinesWithOneNumberOneIsWritten) {
    std::vector<Task<Result<>>> appends;
    for (int i = 0; i < 20; ++i) appends.push_back(port().appendAudit(line(1)));
    const auto results = runAll(std::move(appends));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& r) { return r.has_value(); }), 1);
    EXPECT_THAT(results, testing::Each(testing::AnyOf(isOk(), failsWith(ErrorCode::Conflict))));
}

TEST_P(AuditContract, ListsBackwardsAndScansForwards) {
    fill(5);
    const auto first = runTask(port().listAudit({}, {.limit = 3, .cursor = std::nullopt})).value();
    ASSERT_THAT(first.items, SizeIs(3));
    EXPECT_EQ(first.items.front().seq, 5);
    const auto rest =
        runTask(port().listAudit({}, {.limit = 3, .cursor = first.next_cursor})).value();
    ASSERT_THAT(rest.items, SizeIs(2));
    EXPECT_EQ(rest.items.back().seq, 1);
    EXPECT_EQ(rest.next_cursor, std::nullopt);
    const auto scanned = runTask(port().scanAudit(2, 3)).value();
    ASSERT_THAT(scanned, SizeIs(3));
    EXPECT_EQ(scanned.front().seq, 2);
    EXPECT_THAT(runTask(port().listAudit({}, {.limit = 3, .cursor = "x"})),
                failsWith(ErrorCode::ValidationFailed));
}

INSTANTIATE_TEST_SUITE_P(Every, AuditContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
