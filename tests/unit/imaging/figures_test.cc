#include "imaging/figures.h"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

TEST(Figures, AreReadyForATryOn) {
    const auto garment = imaging::drawDefaultGarment(), figure = imaging::drawDefaultFigure();
    EXPECT_EQ(garment.size, (Size{768, 1024}));
    EXPECT_EQ(figure.size, (Size{768, 1024}));
    EXPECT_THAT(imaging().normalise(*garment.bytes, {}), isOk());
    const auto mask = imaging().autoMask(*figure.bytes, Category::UpperBody);
    ASSERT_THAT(mask, isOk());
    EXPECT_GE(mask->confidence, 0.5);
    EXPECT_THAT(imaging().diptych(*garment.bytes, *figure.bytes, *mask->mask.bytes), isOk());
}

TEST(Figures, AreTheSameEveryTime) {
    EXPECT_EQ(*imaging::drawDefaultGarment().bytes, *imaging::drawDefaultGarment().bytes);
    EXPECT_EQ(*imaging::drawDefaultFigure().bytes, *imaging::drawDefaultFigure().bytes);
}

}  // namespace
}  // namespace atelier::test
