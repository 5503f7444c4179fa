#include "service/link_signer.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace atelier {
namespace {

class LinkSignerTest : public testing::Test {
  protected:
    struct Link {
        std::string key, exp, sig;
    };

    LinkSignerTest() { signer_.setBaseUrl("https://shop.example/"); }

    static Link parse(const std::string& url) {
        const auto files = url.find("/files/") + 7, question = url.find('?'),
                   sig = url.find("&sig=");
        return {url.substr(files, question - files), url.substr(question + 5, sig - question - 5),
                url.substr(sig + 5)};
    }

    test::FakeClock clock_;
    LinkSigner signer_{"a secret of the service", clock_, Seconds{60}};
};

TEST_F(LinkSignerTest, MakesAbsoluteUrlsThatItAccepts) {
    const auto url = signer_.fileUrl("abc.png");
    EXPECT_TRUE(url.starts_with("https://shop.example/files/abc.png?exp="));
    const auto link = parse(url);
    EXPECT_TRUE(signer_.verify(link.key, link.exp, link.sig));
}

TEST_F(LinkSignerTest, RefusesWhatWasChanged) {
    const auto link = parse(signer_.fileUrl("abc.png"));
    EXPECT_FALSE(signer_.verify("abd.png", link.exp, link.sig));
    EXPECT_FALSE(signer_.verify(link.key, link.exp + "0", link.sig));
    EXPECT_FALSE(signer_.verify(link.key, link.exp, link.sig.substr(1)));
    EXPECT_FALSE(signer_.verify(link.key, "", ""));
    EXPECT_FALSE(signer_.verify(link.key, "soon", link.sig));
}

TEST_F(LinkSignerTest, RefusesWhatHasExpired) {
    const auto link = parse(signer_.fileUrl("abc.png"));
    clock_.advance(Seconds{59});
    EXPECT_TRUE(signer_.verify(link.key, link.exp, link.sig));
    clock_.advance(Seconds{2});
    EXPECT_FALSE(signer_.verify(link.key, link.exp, link.sig));
}

TEST_F(LinkSignerTest, RenewsItsOwnLinks) {
    const auto old = signer_.fileUrl("abc.png");
    clock_.advance(Seconds{3600});
    const auto link = parse(signer_.renewed(old));
    EXPECT_EQ(link.key, "abc.png");
    EXPECT_TRUE(signer_.verify(link.key, link.exp, link.sig));
}

TEST_F(LinkSignerTest, RenewsNothingElse) {
    LinkSigner other{"another secret", clock_};
    for (const auto& url : {other.fileUrl("abc.png"), std::string{"https://shop.example/files/abc"},
                            std::string{"/files/a?exp=1"}, std::string{"&sig=1?exp=2/files/"},
                            signer_.fileUrl("abc.png") + "x", std::string{}})
        EXPECT_EQ(signer_.renewed(url), url);
}

TEST_F(LinkSignerTest, RefusesLinksOfAnotherSecret) {
    LinkSigner other{"another secret", clock_};
    const auto link = parse(signer_.fileUrl("abc.png"));
    EXPECT_FALSE(other.verify(link.key, link.exp, link.sig));
}

}  // namespace
}  // namespace atelier
