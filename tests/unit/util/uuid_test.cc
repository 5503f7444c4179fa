#include "util/uuid.h"

#include <algorithm>
#include <set>
#include <thread>
#include <unordered_set>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace atelier {
namespace {

const Instant kNow = *parseRfc3339("2026-11-23T21:34:20.125Z");

TEST(UuidTest, Version7HasTimeVersionAndVariant) {
    const auto id = Uuid::v7(kNow);
    EXPECT_EQ(id.timestamp(), kNow);
    const auto text = id.str();
    ASSERT_EQ(text.size(), 36U);
    EXPECT_EQ(text[14], '7');
    EXPECT_NE(std::string_view{"89ab"}.find(text[19]), std::string_view::npos);
}

TEST(UuidTest, SortsByTime) {
    EXPECT_LT(Uuid::v7(kNow), Uuid::v7(kNow + Millis{1}));
    EXPECT_LT(Uuid::v7(kNow).str(), Uuid::v7(kNow + Millis{1}).str());
}

TEST(UuidTest, IsUniqueWithinAMillisecond) {
    std::unordered_set<Uuid> ids;
    for (int i = 0; i < 10'000; ++i) ids.insert(Uuid::v7(kNow));
    EXPECT_EQ(ids.size(), 10'000U);
}

TEST(UuidTest, ParsesWhatItPrintsInEitherCase) {
    const auto id = Uuid::v7(kNow);
    EXPECT_EQ(Uuid::parse(id.str()), id);
    EXPECT_EQ(Uuid::parse("0190A2B4-0000-7000-8000-00000000ABCD")->str(),
              "0190a2b4-0000-7000-8000-00000000abcd");
}

TEST(UuidTest, RefusesOtherText) {
    for (const auto* text :
         {"", "0190a2b4", "0190a2b400007000800000000000abcd",
          "0190a2b4-0000-7000-8000-00000000abcg", "0190a2b4-0000-7000-8000-00000000abcd ",
          "0190a2b4-0000-7000-80000-0000000abcd", "{190a2b4-0000-7000-8000-00000000abcd",
          "0190a2b-40000-7000-8000-00000000abcd"})
        EXPECT_EQ(Uuid::parse(text), std::nullopt) << text;
}

TEST(UuidTest, KeepsItsBytes) {
    const auto id = Uuid::v7(kNow);
    EXPECT_EQ(Uuid::fromBytes(id.bytes()), id);
    EXPECT_TRUE(Uuid{}.isNil());
    EXPECT_FALSE(id.isNil());
    EXPECT_EQ(std::hash<Uuid>{}(id), std::hash<Uuid>{}(Uuid::fromBytes(id.bytes())));
}

TEST(IdTest, ParsesAndPrints) {
    using ThingId = Id<struct ThingTag>;
    const ThingId id{Uuid::v7(kNow)};
    EXPECT_EQ(ThingId::parse(id.str()), id);
    EXPECT_EQ(ThingId::parse("x"), std::nullopt);
    EXPECT_TRUE(ThingId{}.isNil());
}

TEST(UuidTest, CountsWithinAMillisecond) {
    test::FakeClock clock{kNow};
    Uuid7Source ids{clock};
    auto last = ids.next();
    for (int i = 0; i < 10'000; ++i) {
        const auto id = ids.next();
        ASSERT_LT(last, id);
        EXPECT_EQ(id.tick(), last.tick() + 1);
        last = id;
    }
    EXPECT_EQ(last.timestamp(), kNow + Millis{2});  // 4096 to the millisecond
    clock.advance(Seconds{1});
    EXPECT_EQ(ids.next().timestamp(), kNow + Seconds{1});
}

TEST(UuidTest, ThreadsDrawDifferentTicks) {
    test::FakeClock clock{kNow};
    Uuid7Source ids{clock};
    std::vector<std::vector<std::uint64_t>> drawn(4);
    {
        std::vector<std::jthread> threads;
        for (auto& own : drawn)
            threads.emplace_back([&ids, &own] {
                for (int i = 0; i < 5'000; ++i) own.push_back(ids.next().tick());
            });
    }
    std::set<std::uint64_t> all;
    for (const auto& own : drawn) {
        EXPECT_TRUE(std::ranges::is_sorted(own));
        all.insert(own.begin(), own.end());
    }
    EXPECT_EQ(all.size(), 20'000U);
}

}  // namespace
}  // namespace atelier
