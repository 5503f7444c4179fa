#include "util/join.h"

#include <vector>

#include <gtest/gtest.h>

namespace atelier::test {
namespace {

using Words = std::vector<std::string>;

TEST(JoinTest, PutsTheSeparatorBetweenWordsOnly) {
    EXPECT_EQ(join(Words{}, ", "), "");
    EXPECT_EQ(join(Words{"a"}, ", "), "a");
    EXPECT_EQ(join(Words{"a", "b", "c"}, ", "), "a, b, c");
}

TEST(JoinTest, KeepsEmptyAndEqualWords) {
    EXPECT_EQ(join(Words{"", "", "a", "a"}, "-"), "--a-a");
}

}  // namespace
}  // namespace atelier::test
