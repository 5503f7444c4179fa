#include "http/event_stream.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"

namespace atelier::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class EventStreamTest : public testing::Test {
  protected:
    EventStreamTest() {
        job_.status = JobStatus::Preparing;
        job_.events = {{1, JobStatus::Queued, {}, {}}, {2, JobStatus::Preparing, {}, {}}};
    }
    void finish(JobStatus status) {
        job_.status = status;
        job_.events.push_back({3, status, {}, {}});
    }
    std::string after(std::int64_t seen) const {
        return EventStream::eventsAfter(job_, seen, links_);
    }

    test::FakeClock clock_;
    LinkSigner links_{"a secret of this test", clock_};
    Job job_;
};

TEST_F(EventStreamTest, SendsWhatTheClientHasNotSeen) {
    const auto events = after(1);
    EXPECT_THAT(events, StartsWith("id: 2\nevent: status\ndata: {"));
    EXPECT_THAT(events, HasSubstr("\"status\":\"preparing\""));
    EXPECT_THAT(events, Not(HasSubstr("id: 1\n")));
    EXPECT_EQ(after(2), "");
}

TEST_F(EventStreamTest, ShowsEachChangeWithItsOwnStatus) {
    EXPECT_THAT(after(0), HasSubstr("\"status\":\"queued\""));
    EXPECT_THAT(after(0), HasSubstr("\"status\":\"preparing\""));
}

TEST_F(EventStreamTest, ShowsNothingThatCameLater) {
    finish(JobStatus::Succeeded);
    job_.credits_used = 5;
    job_.started_at = job_.finished_at = Instant{};
    job_.provenance.warnings = {"the mask is uncertain"};
    auto& sample = job_.samples.emplace_back();
    sample.status = SampleStatus::Succeeded;
    sample.seed = 7;
    sample.result.emplace();
    const auto events = after(0);
    const auto past = events.substr(0, events.find("id: 3\n"));
    EXPECT_THAT(past, HasSubstr("\"samples\":[{\"index\":0,\"status\":\"waiting\"}]"));
    EXPECT_THAT(past, HasSubstr("\"creditsUsed\":0"));
    for (const auto* later : {"\"seed\"", "\"url\"", "resultUrl", "finishedAt", "uncertain"})
        EXPECT_THAT(past, Not(HasSubstr(later)));
    for (const auto* now : {"\"seed\":7", "resultUrl", "\"creditsUsed\":5", "uncertain"})
        EXPECT_THAT(events.substr(past.size()), HasSubstr(now));
}

TEST_F(EventStreamTest, TheLastEventOfARunningJobIsTheJobAsItIs) {
    auto& sample = job_.samples.emplace_back();
    sample.seed = 7;
    EXPECT_THAT(after(1), HasSubstr("\"seed\":7"));
    EXPECT_THAT(after(0).substr(0, after(0).find("id: 2\n")), Not(HasSubstr("\"seed\"")));
}

TEST_F(EventStreamTest, EndsWithResultAndEnd) {
    finish(JobStatus::Succeeded);
    const auto events = after(2);
    EXPECT_THAT(events, StartsWith("id: 3\nevent: result\n"));
    EXPECT_THAT(events, HasSubstr("id: 3\nevent: end\n"));
}

TEST_F(EventStreamTest, SendsNoResultOfAFailure) {
    finish(JobStatus::Failed);
    EXPECT_THAT(after(2), StartsWith("id: 3\nevent: end\n"));
}

TEST_F(EventStreamTest, EndsAgainForAClientThatHasSeenAll) {
    finish(JobStatus::Succeeded);
    EXPECT_THAT(after(3), StartsWith("id: 3\nevent: end\n"));
    EXPECT_THAT(after(3), Not(HasSubstr("event: result")));
}

}  // namespace
}  // namespace atelier::http
