#include "http/range.h"

#include <gtest/gtest.h>

namespace atelier::http {
namespace {

using Kind = ByteRange::Kind;

struct Case {
    const char* name;
    const char* header;
    Kind kind;
    std::int64_t first = 0;
    std::int64_t length = 0;
};

class RangeTest : public testing::TestWithParam<Case> {};

TEST_P(RangeTest, OfHundredBytes) {
    const auto& expected = GetParam();
    const auto range = parseRange(expected.header, 100);
    EXPECT_EQ(range.kind, expected.kind);
    if (expected.kind != Kind::Part) return;
    EXPECT_EQ(range.first, expected.first);
    EXPECT_EQ(range.length, expected.length);
}

INSTANTIATE_TEST_SUITE_P(
    Headers, RangeTest,
    testing::Values(
        Case{"None", "", Kind::Whole}, Case{"FirstTen", "bytes=0-9", Kind::Part, 0, 10},
        Case{"OneByte", "bytes=99-99", Kind::Part, 99, 1},
        Case{"ToTheEnd", "bytes=90-", Kind::Part, 90, 10},
        Case{"LastTen", "bytes=-10", Kind::Part, 90, 10},
        Case{"LongSuffix", "bytes=-500", Kind::Part, 0, 100},
        Case{"ClippedEnd", "bytes=50-9999", Kind::Part, 50, 50},
        Case{"BehindTheEnd", "bytes=100-", Kind::Unsatisfiable},
        Case{"EmptySuffix", "bytes=-0", Kind::Unsatisfiable},
        Case{"Several", "bytes=0-1,5-6", Kind::Whole}, Case{"Backwards", "bytes=9-0", Kind::Whole},
        Case{"OtherUnit", "lines=0-9", Kind::Whole}, Case{"NotNumbers", "bytes=a-b", Kind::Whole},
        Case{"Overflow", "bytes=99999999999999999999-", Kind::Whole},
        Case{"NoDash", "bytes=5", Kind::Whole}, Case{"Spaces", "bytes= 0 - 9 ", Kind::Part, 0, 10}),
    [](const auto& suite) { return suite.param.name; });

TEST(Range, OfNothingCannotBeSatisfied) {
    EXPECT_EQ(parseRange("bytes=0-", 0).kind, Kind::Unsatisfiable);
}

TEST(Range, AppliesToTheSameRepresentationOnly) {
    EXPECT_TRUE(rangeApplies("", "\"a\""));
    EXPECT_TRUE(rangeApplies(" \"a\" ", "\"a\""));
    for (const auto* other :
         {"\"b\"", "W/\"a\"", "*", "\"a\", \"b\"", "Wed, 21 Oct 2015 07:28:00 GMT"})
        EXPECT_FALSE(rangeApplies(other, "\"a\"")) << other;
}

}  // namespace
}  // namespace atelier::http
