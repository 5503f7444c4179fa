#include "service/auth/access_tokens.h"

#include <jwt.h>

#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/seq_ids.h"
#include "util/encoding.h"

namespace atelier {
namespace {

using test::failsWith;
using test::isOk;

const std::string kKey(32, 'k');

class AccessTokensTest : public testing::Test {
  protected:
    AccessTokensTest() {
        user_.id = ids_.make<UserId>();
        user_.session_epoch = 7;
    }

    /// A token of our shape, but signed as the test says.
    std::string forge(jwt_alg_t algorithm, const std::string& key,
                      const char* audience = "atelier-api") {
        jwt_t* jwt = nullptr;
        jwt_new(&jwt);
        jwt_add_grant(jwt, "iss", "atelier");
        jwt_add_grant(jwt, "aud", audience);
        jwt_add_grant(jwt, "sub", user_.id.str().c_str());
        jwt_add_grant_int(jwt, "exp", 4'000'000'000);
        jwt_add_grant_int(jwt, "epoch", 7);
        const auto* bytes = algorithm == JWT_ALG_NONE
                                ? nullptr
                                : reinterpret_cast<const unsigned char*>(key.data());
        jwt_set_alg(jwt, algorithm, bytes,
                    algorithm == JWT_ALG_NONE ? 0 : static_cast<int>(key.size()));
        char* text = jwt_encode_str(jwt);
        const std::string token{text};
        std::free(text);
        jwt_free(jwt);
        return token;
    }

    test::FakeClock clock_;
    test::SeqIds ids_;
    User user_;
    AccessTokens tokens_{kKey, Seconds{900}, clock_, ids_};
};

TEST_F(AccessTokensTest, SayWhoTheirBearerIs) {
    const auto token = tokens_.issue(user_);
    for (int i = 0; i < 2; ++i) {
        const auto claims = tokens_.verify(token);
        ASSERT_THAT(claims, isOk());
        EXPECT_EQ(claims->user, user_.id);
        EXPECT_EQ(claims->epoch, 7);
        EXPECT_EQ(claims->expires_at, clock_.now() + Seconds{900});
    }
}

TEST_F(AccessTokensTest, ExpireToTheMillisecondAlsoFromTheCache) {
    const auto token = tokens_.issue(user_);
    clock_.advance(Seconds{900} - Millis{1});
    EXPECT_THAT(tokens_.verify(token), isOk());
    clock_.advance(Millis{1});
    EXPECT_THAT(tokens_.verify(token), failsWith(ErrorCode::TokenExpired));
}

TEST_F(AccessTokensTest, ForgeryHelperMakesGoodTokensWithTheRightKey) {
    EXPECT_THAT(tokens_.verify(forge(JWT_ALG_HS256, kKey)), isOk());
}

TEST_F(AccessTokensTest, OtherAlgorithmsAreRefusedEvenWithTheRightKey) {
    EXPECT_THAT(tokens_.verify(forge(JWT_ALG_NONE, "")), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(tokens_.verify(forge(JWT_ALG_HS384, kKey)), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(tokens_.verify(forge(JWT_ALG_HS512, kKey)), failsWith(ErrorCode::Unauthenticated));
}

TEST_F(AccessTokensTest, OtherKeysAndAudiencesAreRefused) {
    EXPECT_THAT(tokens_.verify(forge(JWT_ALG_HS256, std::string(32, 'x'))),
                failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(tokens_.verify(forge(JWT_ALG_HS256, kKey, "other-api")),
                failsWith(ErrorCode::Unauthenticated));
}

TEST_F(AccessTokensTest, HeaderCannotTalkItselfOutOfTheSignature) {
    const auto token = tokens_.issue(user_);
    const auto rest = token.substr(token.find('.'));
    for (const auto* header :
         {R"({"alg":"none"})", R"({"alg":"None","typ":"JWT"})", R"({"typ":"JWT"})", R"([])", "x"})
        EXPECT_THAT(tokens_.verify(toBase64Url(header) + rest),
                    failsWith(ErrorCode::Unauthenticated))
            << header;
    EXPECT_THAT(tokens_.verify(token.substr(0, token.rfind('.') + 1)),
                failsWith(ErrorCode::Unauthenticated));
}

TEST_F(AccessTokensTest, GarbageIsRefused) {
    for (const auto& garbage :
         {std::string{}, std::string{".."}, std::string{"a.b.c"}, std::string{"a.b"},
          std::string(5000, 'a'), std::string("e30\0.e30.e30", 12), tokens_.issue(user_) + "."})
        EXPECT_THAT(tokens_.verify(garbage), failsWith(ErrorCode::Unauthenticated)) << garbage;
}

TEST(TokenCacheTest, ForgetsTheLeastRecentlyUsed) {
    TokenCache cache{0};  // one per shard
    const Bytes first(32, '\0');
    const Bytes second = std::string(1, '\0') + std::string(31, 'x');
    cache.insert(first, {});
    EXPECT_TRUE(cache.find(first));
    cache.insert(second, {});
    EXPECT_FALSE(cache.find(first));
    EXPECT_TRUE(cache.find(second));
}

}  // namespace
}  // namespace atelier
