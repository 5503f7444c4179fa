// Request ids, Prefer, Accept, Content-Type, ETags and text that comes in headers.
#include <gmock/gmock.h>

#include "http/media.h"
#include "http/prefer.h"
#include "http/request_id.h"
#include "http/text.h"

namespace atelier::http {
namespace {

TEST(RequestId, AcceptsTheClientsOwn) {
    EXPECT_TRUE(isRequestId("a"));
    EXPECT_TRUE(isRequestId("Order-7.retry_2"));
    EXPECT_TRUE(isRequestId(std::string(64, 'x')));
    EXPECT_EQ(requestIdFrom("mine"), "mine");
}

TEST(RequestId, IsMadeWhenTheClientsCannotBeUsed) {
    for (const auto& bad : {std::string{}, std::string(65, 'x'), std::string{"a b"},
                            std::string{"a\r\nb"}, std::string{"ä"}}) {
        EXPECT_FALSE(isRequestId(bad));
        EXPECT_TRUE(isRequestId(requestIdFrom(bad)));
    }
    EXPECT_NE(requestIdFrom(""), requestIdFrom(""));
}

TEST(RequestId, IsNeverASecret) {
    for (const auto* secret :
         {"atl_3q2-7wAbCdEfGhIjKlMn", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"}) {
        EXPECT_TRUE(isRequestId(secret));
        EXPECT_NE(requestIdFrom(secret), secret);
    }
}

TEST(Prefer, ReadsWait) {
    EXPECT_EQ(parsePreferWait("wait=30"), Seconds{30});
    EXPECT_EQ(parsePreferWait("respond-async, Wait = 5; x=y"), Seconds{5});
}

TEST(Prefer, IgnoresWhatItDoesNotKnow) {
    for (const auto* header :
         {"", "wait", "wait=0", "wait=61", "wait=-1", "wait=1.5", "wait=abc", "handling=strict"})
        EXPECT_EQ(parsePreferWait(header), std::nullopt) << header;
}

TEST(Media, TypeIsLowerCaseWithoutParameters) {
    EXPECT_EQ(mediaType("Application/JSON; charset=utf-8"), "application/json");
    EXPECT_EQ(mediaType(""), "");
}

TEST(Media, AcceptMatchesTypesAndWildcards) {
    const std::vector<std::string> json{"application/json"};
    EXPECT_TRUE(isAcceptable("", json));
    EXPECT_TRUE(isAcceptable("*/*", json));
    EXPECT_TRUE(isAcceptable("text/html, application/*;q=0.5", json));
    EXPECT_TRUE(isAcceptable("APPLICATION/JSON", json));
    EXPECT_FALSE(isAcceptable("text/html", json));
    EXPECT_FALSE(isAcceptable("application/json;q=0", json));
    EXPECT_TRUE(isAcceptable("text/html", {}));
}

TEST(Media, EtagMatchesWeaklyAndByStar) {
    EXPECT_TRUE(matchesEtag("\"a\", W/\"b\"", "\"b\""));
    EXPECT_TRUE(matchesEtag("*", "\"b\""));
    EXPECT_FALSE(matchesEtag("\"a\"", "\"b\""));
    EXPECT_FALSE(matchesEtag("", "\"b\""));
}

TEST(Text, KnowsUtf8) {
    for (const auto* good : {"", "plain", "ä", "日本", "\xF0\x9F\x91\x97"})
        EXPECT_TRUE(isUtf8(good)) << good;
    for (const auto* bad :
         {"\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE4\xB8"})
        EXPECT_FALSE(isUtf8(bad));
}

}  // namespace
}  // namespace atelier::http
