#include "util/encoding.h"

#include <gtest/gtest.h>

namespace atelier {
namespace {

TEST(EncodingTest, HexGoesThereAndBack) {
    const Bytes bytes{"\x00\xff\x10", 3};
    EXPECT_EQ(toHex(bytes), "00ff10");
    EXPECT_EQ(fromHex("00FF10"), bytes);
    EXPECT_EQ(fromHex(""), "");
    EXPECT_EQ(fromHex("0"), std::nullopt);
    EXPECT_EQ(fromHex("0g"), std::nullopt);
    EXPECT_EQ(fromHex("00 "), std::nullopt);
}

TEST(EncodingTest, Base64FollowsTheRfc) {
    // RFC 4648 §10
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(toBase64(plain), encoded);
        EXPECT_EQ(fromBase64(encoded), plain);
    }
    EXPECT_EQ(fromBase64("Zm9v\r\nYmFy"), "foobar");
    EXPECT_EQ(fromBase64("Zg"), std::nullopt);
    EXPECT_EQ(fromBase64("Zm9v!"), std::nullopt);
    EXPECT_EQ(fromBase64("\xC3\x84\xC3\x96\xC3\x9C\xC3\x9F"), std::nullopt);
    EXPECT_EQ(fromBase64("Zm9vYg==Zm9v"), std::nullopt);
}

TEST(EncodingTest, Base64OfAnyLengthGoesThereAndBack) {
    for (std::size_t length = 0; length < 100; ++length) {
        const auto bytes = randomBytes(length);
        EXPECT_EQ(fromBase64(toBase64(bytes)), bytes);
    }
}

TEST(EncodingTest, Base64TakesBlanksAnywhereAndNothingElse) {
    const Bytes plain{"sixteen bytes ok"};
    const auto encoded = toBase64(plain);
    for (std::size_t at = 0; at <= encoded.size(); ++at) {
        const auto with = [&](std::string_view text) {
            return std::string{encoded}.insert(at, text);
        };
        EXPECT_EQ(fromBase64(with("\n")), plain) << at;
        EXPECT_EQ(fromBase64(with("    ")), plain) << at;
        for (const auto* wrong : {"-", "----", "_", ".", "%3D%", "\xC3\x84"})
            EXPECT_EQ(fromBase64(with(wrong)), std::nullopt) << at << wrong;
        if (at < encoded.size() - 2) {
            EXPECT_EQ(fromBase64(with("====")), std::nullopt) << at;
        }
        EXPECT_EQ(fromBase64(with(std::string_view{"\0\0\0\0", 4})), std::nullopt) << at;
    }
}

TEST(EncodingTest, Base64UrlHasNoPadding) {
    const Bytes bytes{"\xfb\xff", 2};
    EXPECT_EQ(toBase64Url(bytes), "-_8");
    EXPECT_EQ(fromBase64Url("-_8"), bytes);
    EXPECT_EQ(fromBase64Url("+/8"), std::nullopt);
    EXPECT_EQ(fromBase64Url("-_8="), std::nullopt);
}

TEST(EncodingTest, DigestsMatchTheStandards) {
    // FIPS 180-4 example; RFC 4231 §4.3
    EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(toHex(hmacSha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(EncodingTest, ComparesInConstantTime) {
    EXPECT_TRUE(equalInConstantTime("secret", "secret"));
    EXPECT_FALSE(equalInConstantTime("secret", "Secret"));
    EXPECT_FALSE(equalInConstantTime("secret", "secret "));
    EXPECT_TRUE(equalInConstantTime("", ""));
}

TEST(EncodingTest, RandomBytesDiffer) {
    EXPECT_EQ(randomBytes(32).size(), 32U);
    EXPECT_NE(randomBytes(32), randomBytes(32));
}

TEST(EncodingTest, PercentEncodesAllButUnreserved) {
    EXPECT_EQ(percentEncode("aZ09-._~"), "aZ09-._~");
    EXPECT_EQ(percentEncode("a b/ä"), "a%20b%2F%C3%A4");
}

}  // namespace
}  // namespace atelier
