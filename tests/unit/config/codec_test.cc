#include "config/codec.h"

#include <gtest/gtest.h>

#include "config/nearest.h"

namespace atelier::config {
namespace {

struct QuantityCase {
    const char* text;
    std::optional<std::int64_t> value;
};

TEST(CodecTest, ReadsDurationsInEveryUnit) {
    const auto codec = duration(Seconds{0}, std::chrono::days{365});
    const QuantityCase cases[] = {{"90", 90},
                                  {"15m", 900},
                                  {"15 min", 900},
                                  {"1h30m", 5400},
                                  {"30d", 2592000},
                                  {"20s", 20},
                                  {"0", 0},
                                  {"", std::nullopt},
                                  {"m", std::nullopt},
                                  {"-5", std::nullopt},
                                  {"5ms", std::nullopt},
                                  {"1h30", std::nullopt},
                                  {"1.5h", std::nullopt},
                                  {"400d", std::nullopt},
                                  {"99999999999999999999", std::nullopt},
                                  {"9223372036854775807d", std::nullopt}};
    for (const auto& [text, value] : cases) {
        const auto read = codec.parse(text);
        EXPECT_EQ(read ? std::optional{read->count()} : std::nullopt, value) << text;
    }
}

TEST(CodecTest, ShowsDurationsInTheLargestWholeUnit) {
    const auto codec = duration(Seconds{0}, std::chrono::days{365});
    EXPECT_EQ(codec.show(Seconds{0}), "0");
    EXPECT_EQ(codec.show(Seconds{90}), "90s");
    EXPECT_EQ(codec.show(Seconds{900}), "15m");
    EXPECT_EQ(codec.show(Seconds{2592000}), "30d");
}

TEST(CodecTest, ReadsSizesInBinaryAndDecimalUnits) {
    const auto codec = byteCount(1024, 1LL << 30);
    EXPECT_EQ(codec.parse("20MiB"), 20LL << 20);
    EXPECT_EQ(codec.parse("20 MB"), 20'000'000);
    EXPECT_EQ(codec.parse("2048"), 2048);
    EXPECT_EQ(codec.parse("20MiBs"), std::nullopt);
    EXPECT_EQ(codec.parse("1023"), std::nullopt);
    EXPECT_EQ(codec.show(20LL << 20), "20MiB");
    EXPECT_EQ(pixelCount(1, 500'000'000).parse("50MP"), 50'000'000);
}

TEST(CodecTest, ReadsListenAddresses) {
    const auto codec = listenAddress();
    EXPECT_EQ(codec.parse("0.0.0.0:80"), (ListenAddress{"0.0.0.0", 80}));
    EXPECT_EQ(codec.parse("[::1]:0"), (ListenAddress{"::1", 0}));
    EXPECT_EQ(codec.parse("9000"), (ListenAddress{"127.0.0.1", 9000}));
    for (const auto* wrong :
         {"", "host", "host:", ":80", "::1:80", "host:65536", "host:80x", "ho st:80"})
        EXPECT_FALSE(codec.parse(wrong)) << wrong;
    EXPECT_EQ(codec.show({"::1", 5}), "[::1]:5");
}

TEST(CodecTest, HidesPasswordsOfUrls) {
    const auto codec = optionalUrl({"mongodb"});
    const auto shown = [&](const char* url) { return codec.show(codec.parse(url).value()); };
    EXPECT_EQ(shown("mongodb://ann:s3cret@db:27017/atelier?x=a@b"),
              "mongodb://ann:***@db:27017/atelier?x=a@b");
    EXPECT_EQ(shown("mongodb://db/atelier"), "mongodb://db/atelier");
    EXPECT_FALSE(codec.parse("http://db"));
    EXPECT_FALSE(codec.parse("mongodb://"));
}

TEST(CodecTest, ChecksEveryItemOfAList) {
    const auto origins = list("origins", isOrigin);
    EXPECT_EQ(origins.parse("https://a.example, http://localhost:3000"),
              (std::vector<std::string>{"https://a.example", "http://localhost:3000"}));
    EXPECT_FALSE(origins.parse("https://a.example/path"));
    EXPECT_FALSE(origins.parse("a.example"));
    const auto blocks = list("blocks", isAddressBlock);
    EXPECT_TRUE(blocks.parse("10.0.0.0/8,::1,fd00::/8"));
    EXPECT_FALSE(blocks.parse("10.0.0.0/33"));
    EXPECT_FALSE(blocks.parse("example.org"));
}

TEST(CodecTest, NearestNamesTheLikelyWordOrNone) {
    const std::vector<std::string_view> words{"bfl.max_active", "bfl.region", "log.level"};
    EXPECT_EQ(nearest("bfl.maxactive", words), "bfl.max_active");
    EXPECT_EQ(nearest("log.levle", words), "log.level");
    EXPECT_EQ(nearest("zzz", words), "");
}

}  // namespace
}  // namespace atelier::config
