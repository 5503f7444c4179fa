#include "util/time.h"

#include <gtest/gtest.h>

namespace atelier {
namespace {

using namespace std::chrono_literals;

Instant at(std::int64_t millis) {
    return Instant{Millis{millis}};
}

TEST(TimeTest, WritesMillisecondsInUtc) {
    EXPECT_EQ(toRfc3339(at(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(toRfc3339(at(1'795'469'660'125)), "2026-11-23T21:34:20.125Z");
    EXPECT_EQ(toRfc3339(at(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(TimeTest, ReadsWhatItWrites) {
    for (const std::int64_t millis : {0LL, 1'795'469'660'125LL, 951'782'400'000LL, -1LL})
        EXPECT_EQ(parseRfc3339(toRfc3339(at(millis))), at(millis));
}

TEST(TimeTest, ReadsOffsetsAndFractions) {
    EXPECT_EQ(parseRfc3339("1970-01-01T01:00:00+01:00"), at(0));
    EXPECT_EQ(parseRfc3339("1969-12-31T23:30:00-00:30"), at(0));
    EXPECT_EQ(parseRfc3339("1970-01-01T00:00:00.5Z"), at(500));
    EXPECT_EQ(parseRfc3339("1970-01-01t00:00:00.123999999z"), at(123));
    EXPECT_EQ(parseRfc3339("2016-12-31T23:59:60Z"), at(1'483'228'800'000));
}

TEST(TimeTest, RefusesEverythingElse) {
    for (const auto* text :
         {"", "2026-11-23", "2026-11-23T21:34:20", "2026-11-23 21:34:20Z", "2026-13-01T00:00:00Z",
          "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T21:60:00Z",
          "2026-11-23T21:34:61Z", "2026-11-23T21:34:20+0100", "2026-11-23T21:34:20+24:00",
          "2026-11-23T21:34:20.Z", "2026-11-23T21:34:20Z ", "2026/11/23T21:34:20Z",
          "+026-11-23T21:34:20Z"})
        EXPECT_EQ(parseRfc3339(text), std::nullopt) << text;
}

TEST(DeadlineTest, ShrinksAndNeverGrows) {
    const auto deadline = Deadline::after(1min);
    EXPECT_FALSE(deadline.expired());
    EXPECT_LE(deadline.left(), 1min);
    EXPECT_GT(deadline.left(), 50s);
    EXPECT_EQ(deadline.within(1h).at(), deadline.at());
    EXPECT_LT(deadline.within(1s).at(), deadline.at());
}

TEST(DeadlineTest, HasNothingLeftWhenExpired) {
    const auto past = Deadline::after(-1min);
    EXPECT_TRUE(past.expired());
    EXPECT_EQ(past.left(), 0ms);
}

}  // namespace
}  // namespace atelier
