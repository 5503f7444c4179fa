// The examples that AWS publishes, with their keys and times:
// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html,
// sigv4-query-string-auth.html.
#include "blobs/s3/sigv4.h"

#include <gmock/gmock.h>

#include "util/encoding.h"

namespace atelier::s3 {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr auto kHost = "examplebucket.s3.amazonaws.com";
constexpr Instant kTime{std::chrono::sys_days{std::chrono::year{2013} / 5 / 24}};
const SigV4 kSigner{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                    "us-east-1"};

std::string signatureOf(const Signable& request) {
    const auto headers = kSigner.headersFor(request, kTime);
    return headers.back().second.substr(headers.back().second.rfind('=') + 1);
}

TEST(SigV4Test, GetObject) {
    const Signable request{"GET", kHost, "/test.txt", {}, {{"Range", "bytes=0-9"}}, kEmptySha256};
    EXPECT_THAT(
        kSigner.headersFor(request, kTime),
        Contains(Pair(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")));
}

TEST(SigV4Test, PutObject) {
    const Signable request{
        "PUT",
        kHost,
        "/test$file.text",
        {},
        {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
        sha256Hex("Welcome to Amazon S3.")};
    EXPECT_EQ(signatureOf(request),
              "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(SigV4Test, QueryWithoutAValue) {
    EXPECT_EQ(signatureOf({"GET", kHost, "/", {{"lifecycle", ""}}, {}, kEmptySha256}),
              "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(SigV4Test, QueryInAnyOrder) {
    EXPECT_EQ(
        signatureOf({"GET", kHost, "/", {{"prefix", "J"}, {"max-keys", "2"}}, {}, kEmptySha256}),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(SigV4Test, Link) {
    EXPECT_EQ(kSigner.queryFor({"GET", kHost, "/test.txt", {}, {}, {}}, kTime, Seconds{86'400}),
              "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%"
              "2Fus-east-1%2Fs3%2Faws4_"
              "request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-"
              "Amz-Signature="
              "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(SigV4Test, PathsAreEncodedPartByPart) {
    EXPECT_EQ(encodedPath("/a b/c+d/é"), "/a%20b/c%2Bd/%C3%A9");
    EXPECT_EQ(encodedPath("/"), "/");
    EXPECT_EQ(encodedPath("/bucket/"), "/bucket/");
}

TEST(SigV4Test, TheSecretIsInNothingThatIsSent) {
    const SigV4 signer{"id", "the-very-secret", "eu-west-1"};
    const Signable request{"GET", kHost, "/x", {}, {}, kEmptySha256};
    for (const auto& [name, value] : signer.headersFor(request, kTime))
        EXPECT_THAT(value, Not(HasSubstr("secret")));
    EXPECT_THAT(signer.queryFor(request, kTime, Seconds{60}), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace atelier::s3
