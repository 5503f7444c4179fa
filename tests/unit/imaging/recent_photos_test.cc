#include "imaging/recent_photos.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "imaging/decode.h"
#include "imaging/vips_runtime.h"
#include "support/matchers.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

using imaging::Fit;
using imaging::loadFitted;
using imaging::RecentPhotos;

constexpr Size kSmall{120, 90};

Bytes photo(int width) {
    return encoded(scene(width, width * 3 / 4), ".jpg");
}

class RecentPhotosTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { imaging::startVips(1); }
};

/// A second load that shares the first one's memory was not decoded again.
bool sameMemory(const imaging::Pixels& a, const imaging::Pixels& b) {
    return a.mat().data == b.mat().data;
}

TEST_F(RecentPhotosTest, GivesTheSamePixelsAsDecoding) {
    RecentPhotos photos{2};
    const auto content = photo(800);
    const auto loaded = photos.load(content, kSmall);
    ASSERT_TRUE(loaded);
    const auto decoded = loadFitted(content, kSmall, Fit::Exactly);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(cv::norm(loaded->mat(), decoded->mat(), cv::NORM_INF), 0);
}

TEST_F(RecentPhotosTest, RemembersByContentAndSize) {
    RecentPhotos photos{4};
    const auto content = photo(800);
    const auto first = photos.load(content, kSmall);
    const auto again = photos.load(Bytes{content}, kSmall);
    const auto smaller = photos.load(content, {60, 45});
    const auto other = photos.load(photo(804), kSmall);
    ASSERT_TRUE(first && again && smaller && other);
    EXPECT_TRUE(sameMemory(*first, *again));
    EXPECT_EQ(smaller->size(), (Size{60, 45}));
    EXPECT_FALSE(sameMemory(*first, *other));
}

TEST_F(RecentPhotosTest, ForgetsTheOneNotUsedForLongest) {
    RecentPhotos photos{2};
    const auto a = photo(800), b = photo(804), c = photo(808);
    const auto first = photos.load(a, kSmall);
    const auto second = photos.load(b, kSmall);
    ASSERT_TRUE(photos.load(a, kSmall));  // young again
    ASSERT_TRUE(photos.load(c, kSmall));  // b has to go
    EXPECT_TRUE(sameMemory(*first, *photos.load(a, kSmall)));
    EXPECT_FALSE(sameMemory(*second, *photos.load(b, kSmall)));
}

TEST_F(RecentPhotosTest, DoesNotRememberWhatDidNotDecode) {
    RecentPhotos photos{2};
    const auto whole = photo(800);
    const auto half = whole.substr(0, whole.size() / 2);
    for (int i = 0; i < 2; ++i)
        EXPECT_THAT(photos.load(half, kSmall), failsWith(ErrorCode::ImageUndecodable));
}

}  // namespace
}  // namespace atelier::test
