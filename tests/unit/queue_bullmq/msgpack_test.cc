#include "queue/bullmq/msgpack.h"

#include <gtest/gtest.h>

#include "util/encoding.h"

namespace atelier::bullmq {
namespace {

/// Expected values are msgpack's own (python3 msgpack 1.0.8), but for integers, where its shorter
/// forms are not needed.
TEST(Packer, WritesScalars) {
    EXPECT_EQ(toHex(Packer{}.nil().boolean(true).boolean(false).take()), "c0c3c2");
    EXPECT_EQ(toHex(Packer{}.integer(0).integer(127).integer(-1).integer(-32).take()), "007fffe0");
    EXPECT_EQ(toHex(Packer{}.integer(128).take()), "d200000080");
    EXPECT_EQ(toHex(Packer{}.integer(-33).take()), "d2ffffffdf");
    EXPECT_EQ(toHex(Packer{}.integer(2'147'483'647).take()), "d27fffffff");
    EXPECT_EQ(toHex(Packer{}.integer(1'795'953'001'237).take()), "d3000001a227240315");
    EXPECT_EQ(toHex(Packer{}.integer(-2'147'483'649).take()), "d3ffffffff7fffffff");
}

TEST(Packer, WritesTextsOfEveryLength) {
    EXPECT_EQ(toHex(Packer{}.text("").text("abc").take()), "a0a3616263");
    const auto head = [](std::size_t length) {
        return toHex(Packer{}.text(std::string(length, 'x')).take().substr(0, 5));
    };
    EXPECT_EQ(head(31).substr(0, 2), "bf");
    EXPECT_EQ(head(32).substr(0, 4), "d920");
    EXPECT_EQ(head(255).substr(0, 4), "d9ff");
    EXPECT_EQ(head(256).substr(0, 6), "da0100");
    EXPECT_EQ(head(65'535).substr(0, 6), "daffff");
    EXPECT_EQ(head(65'536), "db00010000");
}

TEST(Packer, WritesSizesOfContainers) {
    EXPECT_EQ(toHex(Packer{}.array(0).array(15).map(0).map(15).take()), "909f808f");
    EXPECT_EQ(toHex(Packer{}.array(16).map(16).take()), "dc0010de0010");
    EXPECT_EQ(toHex(Packer{}.array(500).take()), "dc01f4");
    EXPECT_EQ(toHex(Packer{}.array(65'536).map(65'536).take()), "dd00010000df00010000");
}

}  // namespace
}  // namespace atelier::bullmq
