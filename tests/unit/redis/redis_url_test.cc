#include "redis/redis_url.h"

#include "support/matchers.h"

namespace atelier::redis {
namespace {

using test::failsWith;

TEST(RedisUrl, ReadsEveryPart) {
    const auto url = parseRedisUrl("redis://ann:p%40ss%3Aword@cache.internal:6380/3").value();
    EXPECT_EQ(url.host, "cache.internal");
    EXPECT_EQ(url.port, 6380);
    EXPECT_EQ(url.user, "ann");
    EXPECT_EQ(url.password, "p@ss:word");
    EXPECT_EQ(url.database, 3);
    EXPECT_EQ(url.where(), "cache.internal:6380");
}

TEST(RedisUrl, HasDefaults) {
    const auto url = parseRedisUrl("redis://localhost").value();
    EXPECT_EQ(url.port, 6379);
    EXPECT_EQ(url.database, 0);
    EXPECT_EQ(url.user + url.password, "");
    EXPECT_EQ(parseRedisUrl("redis://localhost/").value().database, 0);
}

TEST(RedisUrl, TakesAPasswordWithoutAUser) {
    const auto url = parseRedisUrl("redis://:secret@localhost").value();
    EXPECT_EQ(url.user, "");
    EXPECT_EQ(url.password, "secret");
}

TEST(RedisUrl, TakesAddressesOfBothKinds) {
    EXPECT_EQ(parseRedisUrl("redis://[::1]:7000").value().host, "::1");
    EXPECT_EQ(parseRedisUrl("redis://[::1]:7000").value().where(), "[::1]:7000");
    EXPECT_EQ(parseRedisUrl("redis://127.0.0.1:7000").value().where(), "127.0.0.1:7000");
}

TEST(RedisUrl, RefusesWhatItCannotReadWithoutThePassword) {
    for (const auto* text :
         {"http://u:secret@h", "redis://", "redis://u:secret@:1", "redis://u:secret@h:0",
          "redis://u:secret@h:x", "redis://u:secret@h:70000", "redis://u:secret@h/x",
          "redis://u:secret@h/-1", "redis://u:secret@[::1", "redis://u:secret@h/0?tls=1",
          "rediss://u:secret@h:0"}) {
        const auto url = parseRedisUrl(text);
        EXPECT_THAT(url, failsWith(ErrorCode::ValidationFailed)) << text;
        EXPECT_THAT(url.error().detail, testing::Not(testing::HasSubstr("secret"))) << text;
    }
}

TEST(RedisUrl, ReadsWhetherTlsIsWanted) {
    EXPECT_FALSE(parseRedisUrl("redis://ann:word@h").value().tls);
    const auto url = parseRedisUrl("rediss://ann:word@h:6380/1").value();
    EXPECT_TRUE(url.tls);
    EXPECT_EQ(url.host, "h");
    EXPECT_EQ(url.port, 6380);
    EXPECT_EQ(url.password, "word");
}

}  // namespace
}  // namespace atelier::redis
