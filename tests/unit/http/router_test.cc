#include "http/router.h"

#include <gmock/gmock.h>

namespace atelier::http {
namespace {

using testing::ElementsAre;
using MatchKind = Router::Match::Kind;

class RouterTest : public testing::Test {
  protected:
    RouterTest() {
        EXPECT_TRUE(router_.add("GET", "/models", 0));
        EXPECT_TRUE(router_.add("GET", "/models/{modelId}", 1));
        EXPECT_TRUE(router_.add("DELETE", "/models/{modelId}", 2));
        EXPECT_TRUE(router_.add("POST", "/models/upload", 3));
        EXPECT_TRUE(router_.add("GET", "/models/{modelId}/mask", 4));
    }
    Router router_;
};

TEST_F(RouterTest, FindsPathAndMethod) {
    const auto match = router_.find("DELETE", "/models/42");
    EXPECT_EQ(match.kind, MatchKind::Found);
    EXPECT_EQ(match.target, 2u);
    EXPECT_EQ(match.values[0], "42");
}

TEST_F(RouterTest, FindsBehindAParameter) {
    const auto match = router_.find("GET", "/models/42/mask");
    EXPECT_EQ(match.kind, MatchKind::Found);
    EXPECT_EQ(match.target, 4u);
}

TEST_F(RouterTest, PrefersLiteralToParameter) {
    EXPECT_EQ(router_.find("POST", "/models/upload").target, 3u);
    const auto get = router_.find("GET", "/models/upload");
    EXPECT_EQ(get.kind, MatchKind::WrongMethod);
    EXPECT_EQ(get.allow, "POST");
}

TEST_F(RouterTest, NamesAllowedMethodsForAnotherOne) {
    const auto match = router_.find("PUT", "/models/42");
    EXPECT_EQ(match.kind, MatchKind::WrongMethod);
    EXPECT_EQ(match.allow, "GET, HEAD, DELETE");
}

TEST_F(RouterTest, IsExact) {
    for (const auto* path : {"", "/", "/models/", "/Models", "//models", "/models//mask",
                             "/models/42/mask/", "/model", "models", "/models/42/other"})
        EXPECT_EQ(router_.find("GET", path).kind, MatchKind::NoSuchPath) << path;
}

TEST_F(RouterTest, RefusesTheSameRouteTwice) {
    EXPECT_FALSE(router_.add("GET", "/models/{id}", 9));
}

TEST(ParameterNames, AreInOrderOfThePath) {
    EXPECT_THAT(parameterNames("/a/{b}/c/{d}"), ElementsAre("b", "d"));
    EXPECT_THAT(parameterNames("/a"), ElementsAre());
}

}  // namespace
}  // namespace atelier::http
