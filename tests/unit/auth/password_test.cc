#include "service/auth/password_hasher.h"
#include "service/auth/password_policy.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "unit/auth/older_hash.h"

namespace atelier {
namespace {

using test::failsWith;
using test::isOk;
using test::isOkAnd;
using test::runTask;
using testing::Eq;
using testing::StartsWith;

TEST(PasswordPolicyTest, CountsCharactersNotBytes) {
    EXPECT_THAT(checkPassword("short", "a@b.c"), failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(checkPassword("k\xc3\xb6nig-9-b\xc3\xa4r", "a@b.c"), isOk());
    EXPECT_THAT(checkPassword("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4", "a@b.c"),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(checkPassword("correct-" + std::string(121, 'x'), "a@b.c"),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(checkPassword("broken \xff utf-8 text", "a@b.c"),
                failsWith(ErrorCode::ValidationFailed));
}

TEST(PasswordPolicyTest, RefusesWellKnownPasswordsAndTheirDisguises) {
    for (const auto* known :
         {"password123",    "Password2024!",    "P@ssw0rd123",    "p4ssw0rd!!",    "qwertyuiop",
          "qwertyqwerty",   "1234567890",       "0987654321",     "aaaaaaaaaa",    "abcabcabcabc",
          "1q2w3e4r5t",     "iloveyou1234",     "letmein!!!!",    "administrator", "welcome2026",
          "123qweasdzxc",   "abcdefghij",       "Summer2026!",    "12345678910",   "123456789a",
          "a123456789",     "abc123456789",     "987654321a",     "1234567891",    "1111122222",
          "1112223334",     "1472583690",       "0123456789",     "1357924680",    "aa12345678",
          "christopher",    "Elizabeth1",       "alexander1",     "michael1987",   "qqwweerrtt",
          "qwer1234qwer",   "asdasdasd1",       "1qazxsw23edc",   "qazwsxedcrfv",  "zaq12wsxcde3",
          "poiuytrewq1",    "trustno1trustno1", "hunter2hunter2", "dragonmonkey",  "!!password!!",
          "jessica.jessica"}) {
        EXPECT_TRUE(isWellKnownPassword(known)) << known;
    }
}

TEST(PasswordPolicyTest, AcceptsOrdinaryGoodPasswords) {
    for (const auto* good :
         {"tulip-frost-92-canoe", "xK7#mQ2$vL9p", "my dog eats summer hats", "8371629405",
          "passwordless-login-fan", "a long enough sentence", "battery staple horse",
          "the quick brown fox", "sunshine over the lake", "Michael likes 3 pears",
          "dampfschiff-kapitel", "vq8wnz4tpk", "kaffee um halb vier", "4 dragons & 2 wizards",
          "myqwertyboardisold"})
        EXPECT_THAT(checkPassword(good, "ann@shop.example"), isOk()) << good;
}

TEST(PasswordPolicyTest, TheOwnAddressIsNoPassword) {
    EXPECT_THAT(checkPassword("Annabelle.Lee", "annabelle.lee@shop.example"),
                failsWith(ErrorCode::PasswordTooCommon));
    EXPECT_THAT(checkPassword("annabelle.lee@shop.example", "annabelle.lee@shop.example"),
                failsWith(ErrorCode::PasswordTooCommon));
}

TEST(PasswordHasherTest, VerifiesItsOwnHashesOnly) {
    PasswordHasher hasher{1, 4};
    const auto hash = runTask(hasher.hash("tulip-frost-92"));
    ASSERT_THAT(hash, isOkAnd(StartsWith("$argon2id$v=19$m=7168,t=5,p=1$")));
    EXPECT_THAT(runTask(hasher.verify(*hash, "tulip-frost-92")), isOkAnd(Eq(true)));
    EXPECT_THAT(runTask(hasher.verify(*hash, "tulip-frost-93")), isOkAnd(Eq(false)));
    EXPECT_THAT(runTask(hasher.verify("", "tulip-frost-92")), isOkAnd(Eq(false)));
    EXPECT_THAT(runTask(hasher.verifyNothing("tulip-frost-92")), isOkAnd(Eq(false)));
}

TEST(PasswordHasherTest, VerifiesHashesOfAnotherCost) {
    PasswordHasher hasher{1, 4};
    const auto older = test::hashOfAnotherCost("tulip-frost-92");
    EXPECT_THAT(runTask(hasher.verify(older, "tulip-frost-92")), isOkAnd(Eq(true)));
    EXPECT_THAT(runTask(hasher.verify(older, "tulip-frost-93")), isOkAnd(Eq(false)));
    EXPECT_TRUE(PasswordHasher::isOutdated(older));
    EXPECT_FALSE(PasswordHasher::isOutdated(runTask(hasher.hash("tulip-frost-92")).value()));
}

TEST(PasswordHasherTest, FloodIsTurnedAwayInsteadOfQueued) {
    PasswordHasher hasher{1, 2};
    std::vector<Task<Result<bool>>> tasks;
    for (int i = 0; i < 20; ++i) tasks.push_back(hasher.verifyNothing("tulip-frost-92"));
    int refused = 0;
    for (const auto& result : test::runAll(std::move(tasks))) {
        if (result) continue;
        ++refused;
        EXPECT_THAT(result, failsWith(ErrorCode::NotReady));
        EXPECT_TRUE(result.error().retry_after.has_value());
    }
    EXPECT_GE(refused, 15);
}

}  // namespace
}  // namespace atelier
