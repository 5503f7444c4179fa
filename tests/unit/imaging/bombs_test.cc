#include "imaging/bombs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.h"
#include "support/matchers.h"

namespace atelier::imaging {
namespace {

using testing::AllOf;
using testing::Gt;
using testing::HasSubstr;
using testing::Le;

/// A progressive JPEG whose last scan comes `times` more.
Bytes withScans(int times) {
    const auto jpeg = test::encoded(test::scene(400, 300), ".jpg[Q=90,interlace]");
    const auto last = jpeg.rfind("\xFF\xDA");
    const auto scan = jpeg.substr(last, jpeg.size() - 2 - last);
    Bytes out = jpeg.substr(0, jpeg.size() - 2);
    for (int i = 0; i < times; ++i) out += scan;
    return out + "\xFF\xD9";
}

Bytes pngChunk(const std::string& type, const Bytes& data) {
    Bytes length(4, '\0');
    for (int i = 0; i < 4; ++i) length[3 - i] = static_cast<char>(data.size() >> 8 * i);
    return length + type + data + Bytes(4, '\0');
}

Bytes pngWith(const Bytes& chunk, int times) {
    constexpr std::size_t kAfterHeader = 33;
    auto png = test::encoded(test::scene(300, 300), ".png");
    Bytes chunks;
    for (int i = 0; i < times; ++i) chunks += chunk;
    return png.insert(kAfterHeader, chunks);
}

TEST(BombsTest, AJpegOfManyScansIsRefusedBeforeItIsDecoded) {
    const auto refused = test::imaging().normalise(withScans(200), {});
    ASSERT_THAT(refused, test::failsWith(ErrorCode::ImageUndecodable));
    EXPECT_THAT(refused.error().detail, AllOf(HasSubstr("scans"), HasSubstr("at most 100")));
}

TEST(BombsTest, OrdinaryProgressiveJpegsHaveFewScans) {
    EXPECT_THAT(jpegScans(withScans(0)), AllOf(Gt(3), Le(20)));
    EXPECT_THAT(test::imaging().normalise(withScans(0), {}), test::isOk());
    EXPECT_EQ(jpegScans(test::encoded(test::scene(400, 300), ".jpg[Q=90]")), 1);
}

TEST(BombsTest, ScansOfAnEmbeddedThumbnailDoNotCount) {
    const auto small = withScans(2);
    ASSERT_LT(small.size(), 65'000u);
    const auto jpeg = test::encoded(test::scene(400, 300), ".jpg[Q=90]");
    const auto length = small.size() + 2;
    const Bytes segment = Bytes{"\xFF\xE1"} + static_cast<char>(length >> 8) +
                          static_cast<char>(length & 0xFF) + small;
    EXPECT_EQ(jpegScans(Bytes{jpeg}.insert(2, segment)), 1);
}

TEST(BombsTest, AnyCutOffJpegIsCounted) {
    const auto whole = withScans(2);
    for (std::size_t size = 0; size < whole.size(); size += 7)
        EXPECT_LE(jpegScans(BytesView{whole}.substr(0, size)), jpegScans(whole));
}

TEST(BombsTest, APngOfManyCompressedTextsIsRefused) {
    const auto text = pngChunk("zTXt", Bytes("key\0\0x", 6));
    EXPECT_THAT(refuseBomb(pngWith(text, 16), Encoding::Png), test::isOk());
    EXPECT_THAT(refuseBomb(pngWith(text, 17), Encoding::Png),
                test::failsWith(ErrorCode::ImageUndecodable));
    const auto large = pngChunk("iTXt", Bytes("key\0\1", 5) + Bytes(300'000, 'x'));
    EXPECT_THAT(refuseBomb(pngWith(large, 1), Encoding::Png),
                test::failsWith(ErrorCode::ImageUndecodable));
    const auto plain = pngChunk("iTXt", Bytes("key\0\0", 5) + Bytes(300'000, 'x'));
    EXPECT_THAT(refuseBomb(pngWith(plain, 20), Encoding::Png), test::isOk());
}

}  // namespace
}  // namespace atelier::imaging
