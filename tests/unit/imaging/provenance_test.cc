#include "imaging/provenance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <vips/vips8>

#include "imaging/webp_chunks.h"
#include "support/matchers.h"
#include "support/temp_dir.h"
#include "unit/imaging/samples.h"

namespace atelier::test {
namespace {

class EveryFormat : public testing::TestWithParam<ImageFormat> {
  protected:
    EncodedImage picture() const {
        return *imaging().convert(encoded(scene(300, 200), ".png"), GetParam());
    }
};
INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat,
                         testing::Values(ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Webp));

TEST_P(EveryFormat, CarriesTheOriginAndTheSamePixels) {
    const auto before = picture();
    const auto after = imaging().declareOrigin(before, Origin::Composite);
    EXPECT_EQ(difference(decoded(before), decoded(after)), 0);
    const auto image = vips::VImage::new_from_buffer(after.bytes->data(), after.bytes->size(), "");
    std::size_t length = 0;
    const auto* xmp = static_cast<const char*>(image.get_blob(VIPS_META_XMP_NAME, &length));
    EXPECT_THAT(std::string(xmp, length),
                testing::HasSubstr("compositeWithTrainedAlgorithmicMedia"));
}

TEST_P(EveryFormat, IsUnderstoodByExiftool) {
    if (std::system("exiftool -ver >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "exiftool is not installed";
    }
    const TempDir folder;
    const auto file = (folder.path() / "picture").string();
    std::ofstream(file, std::ios::binary)
        << *imaging().declareOrigin(picture(), Origin::Generated).bytes;
    const auto command =
        "exiftool -warning -XMP-iptcExt:DigitalSourceType " + file + " > " + file + ".txt";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream output(file + ".txt");
    const std::string text(std::istreambuf_iterator<char>(output), {});
    EXPECT_THAT(text, testing::AnyOf(testing::HasSubstr("trainedAlgorithmicMedia"),
                                     testing::HasSubstr("Trained Algorithmic Media")));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("Warning")));
}

TEST_P(EveryFormat, LosesTheOriginWhenUploadedAgain) {
    const auto declared = imaging().declareOrigin(picture(), Origin::Generated);
    const auto again = imaging().normalise(*declared.bytes, {.min_side = 0});
    ASSERT_THAT(again, isOk());
    EXPECT_FALSE(again->bytes->contains("DigitalSourceType"));
}

TEST(Provenance, LeavesOtherContentAlone) {
    EXPECT_EQ(imaging::withXmp("something", imaging::xmpPacket(Origin::Generated)), "something");
}

TEST(WebpChunks, SurviveDamage) {
    const auto whole = encoded(scene(64, 64), ".webp");
    EXPECT_EQ(imaging::writeWebp(imaging::readWebp(whole)), whole);
    EXPECT_TRUE(imaging::readWebp("RIFF\xFF\xFF\xFF\xFFWEBPVP8X\xFF\xFF\xFF\xFF").empty());
    EXPECT_TRUE(imaging::readWebp("").empty());
}

}  // namespace
}  // namespace atelier::test
