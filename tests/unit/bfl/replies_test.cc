#include "bfl/replies.h"

#include <gmock/gmock.h>

namespace atelier::bfl {
namespace {

const Instant kNow = *parseRfc3339("2026-11-23T12:00:00Z");

std::optional<Millis> after(const std::string& header) {
    return retryAfter(HttpResponse{.status = 429, .headers = {{"retry-after", header}}}, kNow);
}

TEST(RetryAfterTest, ReadsSecondsAndDates) {
    EXPECT_EQ(after("0"), Millis{0});
    EXPECT_EQ(after("7"), Seconds{7});
    EXPECT_EQ(after("Mon, 23 Nov 2026 12:00:30 GMT"), Seconds{30});
    EXPECT_EQ(after("Mon, 23 Nov 2026 11:59:00 GMT"), Millis{0});
}

TEST(RetryAfterTest, IsAnHourAtMost) {
    EXPECT_EQ(after("99999999999"), Seconds{3600});
    EXPECT_EQ(after("Fri, 01 Jan 2100 00:00:00 GMT"), Seconds{3600});
}

TEST(RetryAfterTest, NonsenseIsNothing) {
    for (const auto* header :
         {"", "-5", "1.5", "soon", "99999999999999999999999", "Mon, 99 Foo 2026", "7 s"})
        EXPECT_FALSE(after(header)) << header;
    EXPECT_FALSE(retryAfter(HttpResponse{}, kNow));
}

TEST(OutageTest, OnlyTheProvidersFaultCounts) {
    EXPECT_TRUE(isOutage(HttpResponse{.status = 503}));
    EXPECT_FALSE(isOutage(HttpResponse{.status = 429}));
    EXPECT_FALSE(isOutage(HttpResponse{.status = 422}));
    EXPECT_TRUE(isOutage(std::unexpected(HttpError{HttpFailure::NotSent, ""})));
    EXPECT_FALSE(isOutage(std::unexpected(HttpError{HttpFailure::Canceled, ""})));
}

}  // namespace
}  // namespace atelier::bfl
