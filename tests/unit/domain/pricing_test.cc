#include "domain/pricing.h"

#include "support/matchers.h"

namespace atelier::test {
namespace {

using testing::Eq;
using testing::HasSubstr;

TEST(PricingTest, KnowsTheDefaultEngines) {
    const auto prices = PriceTable::defaults();
    EXPECT_THAT(prices.perSample(UsageAction::Tryon, "fill"), isOkAnd(Eq(5)));
    EXPECT_THAT(prices.perSample(UsageAction::ModelGen, "flux-pro-1.1"), isOkAnd(Eq(4)));
    for (const auto& row : prices.rows()) EXPECT_GT(row.credits_per_sample, 0) << row.engine;
}

TEST(PricingTest, NamesTheEnginesOfAnAction) {
    const PriceTable prices{{{UsageAction::Tryon, "fill", 5},
                             {UsageAction::Tryon, "vto", 4},
                             {UsageAction::Scene, "edit", 3}}};
    const auto price = prices.perSample(UsageAction::Tryon, "edit");
    ASSERT_THAT(price, failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(price.error().detail, HasSubstr("fill, vto"));
    ASSERT_EQ(price.error().fields.size(), 1U);
    EXPECT_EQ(price.error().fields[0].pointer, "/engine");
}

TEST(PricingTest, SinglePricesCountMoreThanThoseOfAnAction) {
    const PriceTable prices{{{UsageAction::Tryon, "fill", 5},
                             {UsageAction::Tryon, "vto", 4},
                             {UsageAction::Scene, "fill", 3}}};
    const auto other =
        prices.with({{UsageAction::Tryon, "fill", 9}, {UsageAction::Tryon, "", 7}}).value();
    EXPECT_THAT(other.perSample(UsageAction::Tryon, "fill"), isOkAnd(Eq(9)));
    EXPECT_THAT(other.perSample(UsageAction::Tryon, "vto"), isOkAnd(Eq(7)));
    EXPECT_THAT(other.perSample(UsageAction::Scene, "fill"), isOkAnd(Eq(3)));
    EXPECT_THAT(prices.with({{UsageAction::Scene, "vto", 1}}),
                failsWith(ErrorCode::ValidationFailed));
}

}  // namespace
}  // namespace atelier::test
