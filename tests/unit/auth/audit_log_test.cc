#include "unit/auth/accounts_fixture.h"

namespace atelier {
namespace {

using test::isOk;
using test::runTask;

class AuditLogTest : public AccountsFixture {
  protected:
    AuditEvent event(const std::string& action) {
        AuditEvent event;
        event.action = action;
        event.subject = "subject";
        event.details["amount"] = 5;
        event.request_id = "r-1";
        return event;
    }
    void record(const std::string& action) {
        EXPECT_THAT(runTask(audit_.record(event(action))), isOk());
    }
    /// Edits the file behind the log's back.
    void tamper(const std::string& sql) {
        const auto done =
            runTask(database_->write([sql](sqlite::Connection& connection) -> Result<> {
                connection.execute(sql);
                return {};
            }));
        EXPECT_THAT(done, isOk());
    }
    AuditVerdict verdict(std::optional<AuditHead> expected = std::nullopt) {
        return runTask(audit_.verify(std::move(expected))).value();
    }
};

TEST_F(AuditLogTest, ChainsItsLines) {
    record("user.role");
    record("credits.grant");
    const auto page = runTask(audit_.list({}, {})).value();
    ASSERT_EQ(page.items.size(), 2u);
    EXPECT_EQ(page.items[0].action, "credits.grant");
    EXPECT_EQ(page.items[0].previous_hash, page.items[1].hash);
    EXPECT_EQ(page.items[1].previous_hash, "");
    EXPECT_EQ(verdict().head.seq, 2);
    EXPECT_EQ(verdict().first_bad, std::nullopt);
    EXPECT_EQ(verdict().head.hash, page.items[0].hash);
}

TEST_F(AuditLogTest, ListsInPages) {
    for (int i = 0; i < 5; ++i) record(std::to_string(i));
    const auto first = runTask(audit_.list({}, {.limit = 3})).value();
    ASSERT_EQ(first.items.size(), 3u);
    EXPECT_EQ(first.items[0].action, "4");
    const auto second = runTask(audit_.list({}, {.limit = 3, .cursor = first.next_cursor})).value();
    ASSERT_EQ(second.items.size(), 2u);
    EXPECT_EQ(second.items[0].action, "1");
    EXPECT_FALSE(second.next_cursor);
}

TEST_F(AuditLogTest, NoticesAChangedLine) {
    for (int i = 0; i < 3; ++i) record("credits.grant");
    tamper(R"(UPDATE audit_logs SET doc=replace(doc, '"amount":5', '"amount":6') WHERE seq=2)");
    EXPECT_EQ(verdict().first_bad, 2);
}

TEST_F(AuditLogTest, NoticesARemovedLine) {
    for (int i = 0; i < 3; ++i) record("credits.grant");
    tamper("DELETE FROM audit_logs WHERE seq=2");
    EXPECT_EQ(verdict().first_bad, 2);
}

TEST_F(AuditLogTest, AnEarlierHeadTellsThatTheEndWasCutOff) {
    for (int i = 0; i < 5; ++i) record("credits.grant");
    const auto head = verdict().head;
    record("user.role");
    EXPECT_TRUE(verdict(head).has_expected);
    EXPECT_FALSE(verdict(AuditHead{4, head.hash}).has_expected);
    tamper("DELETE FROM audit_logs WHERE seq>=5");
    EXPECT_EQ(verdict().first_bad, std::nullopt) << "the rest is a log of its own";
    EXPECT_FALSE(verdict(head).has_expected);
    record("something else");
    EXPECT_FALSE(verdict(head).has_expected);
}

TEST_F(AuditLogTest, AHeadIsReadAsItIsWritten) {
    record("credits.grant");
    const auto head = verdict().head;
    EXPECT_EQ(AuditHead::parse(head.text()).value().hash, head.hash);
    for (const auto& text :
         {std::string{}, std::string{"1"}, std::string{"1:"}, ":" + head.hash, "x:" + head.hash,
          "0:" + head.hash, "1 :" + head.hash, head.text() + "0"})
        EXPECT_FALSE(AuditHead::parse(text)) << text;
}

TEST_F(AuditLogTest, RacingWritersMakeOneChain) {
    std::vector<Task<Result<>>> writers;
    for (int i = 0; i < 20; ++i) writers.push_back(audit_.record(event("race")));
    for (const auto& done : test::runAll(std::move(writers))) EXPECT_THAT(done, isOk());
    EXPECT_EQ(verdict().head.seq, 20);
    EXPECT_EQ(verdict().first_bad, std::nullopt);
}

}  // namespace
}  // namespace atelier
