#include <gtest/gtest.h>

#include "net/curl_url_guard.h"
#include "support/matchers.h"

namespace atelier {
namespace {

using test::failsWith;
using test::isOk;
using test::isOkAnd;

const CurlUrlGuard kStrict{false};
const CurlUrlGuard kDevelopment{true};

TEST(UrlGuardTest, AllowsHttpsToPublicPlaces) {
    for (const auto* url :
         {"https://shop.example/hook?x=1", "https://shop.example:8443/", "https://1.1.1.1/a",
          "https://[2606:4700::1111]/", "HTTPS://Shop.Example"})
        EXPECT_THAT(kStrict.check(url), isOk()) << url;
}

TEST(UrlGuardTest, RefusesOtherSchemesAndWhatIsNoUrl) {
    for (const auto* url :
         {"http://shop.example/", "ftp://shop.example/", "file:///etc/passwd",
          "gopher://shop.example/", "javascript:alert(1)", "data:image/png;base64,AAAA",
          "//shop.example/", "shop.example", "", "https://", "https:///path",
          "https://shop.example/a b", "https://shop.example/\r\nX: y",
          "https://shop.example\\@10.0.0.1/", "https://shop example/"})
        EXPECT_THAT(kStrict.check(url), failsWith(ErrorCode::UrlNotAllowed)) << url;
    EXPECT_THAT(kStrict.check("https://shop.example/" + std::string(3000, 'a')),
                failsWith(ErrorCode::UrlNotAllowed));
}

TEST(UrlGuardTest, RefusesCredentials) {
    for (const auto* url : {"https://user@shop.example/", "https://user:secret@shop.example/",
                            "https://shop.example:x@10.0.0.1/", "https://1.1.1.1@10.0.0.1/"})
        EXPECT_THAT(kStrict.check(url), failsWith(ErrorCode::UrlNotAllowed)) << url;
}

TEST(UrlGuardTest, RefusesAddressesThatAreNotPublicHoweverTheyAreWritten) {
    for (const auto* host : {"127.0.0.1",
                             "127.1",
                             "2130706433",
                             "0x7f000001",
                             "0x7f.0.0.1",
                             "0177.0.0.1",
                             "017700000001",
                             "10.0.0.1",
                             "192.168.0.1",
                             "172.16.0.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "0.0.0.0",
                             "0",
                             "[::1]",
                             "[::]",
                             "[::ffff:127.0.0.1]",
                             "[::ffff:7f00:1]",
                             "[::ffff:169.254.169.254]",
                             "[fe80::1]",
                             "[fc00::1]",
                             "[64:ff9b::10.0.0.1]",
                             "[2002:7f00:1::]",
                             "localhost",
                             "LOCALHOST",
                             "localhost.",
                             "a.localhost",
                             "redis",
                             "metadata",
                             "127.0.0.1."})
        EXPECT_THAT(kStrict.check(std::string{"https://"} + host + "/"),
                    failsWith(ErrorCode::UrlNotAllowed))
            << host;
}

TEST(UrlGuardTest, ForDevelopmentAllowsThisMachineAndNothingElse) {
    for (const auto* url :
         {"http://127.0.0.1:9000/in", "http://localhost:9000/", "https://[::1]/", "http://127.1/"})
        EXPECT_THAT(kDevelopment.check(url), isOk()) << url;
    for (const auto* url : {"http://shop.example/", "http://10.0.0.1/", "https://10.0.0.1/",
                            "http://169.254.169.254/", "http://user@127.0.0.1/"})
        EXPECT_THAT(kDevelopment.check(url), failsWith(ErrorCode::UrlNotAllowed)) << url;
}

TEST(UrlGuardTest, FollowsRedirectsOnlyToWhatItAllows) {
    const std::string from = "https://shop.example/a/b?c";
    EXPECT_THAT(kStrict.follow(from, "/d"), isOkAnd("https://shop.example/d"));
    EXPECT_THAT(kStrict.follow(from, "d"), isOkAnd("https://shop.example/a/d"));
    EXPECT_THAT(kStrict.follow(from, "https://cdn.example/x"), isOkAnd("https://cdn.example/x"));
    for (const auto* location :
         {"http://shop.example/", "//10.0.0.1/", "https://10.0.0.1/", "https://u:p@cdn.example/",
          "file:///etc/passwd", "https://localhost/"})
        EXPECT_THAT(kStrict.follow(from, location), failsWith(ErrorCode::UrlNotAllowed))
            << location;
}

}  // namespace
}  // namespace atelier
