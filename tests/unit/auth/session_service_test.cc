#include "unit/auth/accounts_fixture.h"
#include "util/encoding.h"

namespace atelier {
namespace {

using namespace std::chrono_literals;
using test::failsWith;
using test::isOk;
using test::isOkAnd;
using test::runTask;

class SessionServiceTest : public AccountsFixture {
  protected:
    Session session_ = registerUser("ann@shop.example");
};

TEST_F(SessionServiceTest, RefreshReplacesTheTokenAndGoesOn) {
    auto token = session_.refresh_token;
    for (int i = 0; i < 3; ++i) {
        clock_.advance(20 * 24h);
        const auto next = refresh(token);
        ASSERT_THAT(next, isOk());
        EXPECT_NE(next->refresh_token, token);
        EXPECT_THAT(authenticate(next->access_token), isOk());
        token = next->refresh_token;
    }
}

TEST_F(SessionServiceTest, ShowingAReplacedTokenEndsTheWholeFamily) {
    const auto second = refresh(session_.refresh_token).value();
    EXPECT_THAT(refresh(session_.refresh_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(refresh(second.refresh_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(login("ann@shop.example", kPassword), isOk());
}

TEST_F(SessionServiceTest, AnyTokenOfTheFamilyEndsItHoweverOld) {
    auto newest = session_.refresh_token;
    for (int i = 0; i < 100; ++i) newest = refresh(newest).value().refresh_token;
    EXPECT_THAT(refresh(session_.refresh_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(refresh(newest), failsWith(ErrorCode::Unauthenticated));
}

TEST_F(SessionServiceTest, ATokenThatNeverWasEndsNothing) {
    const auto token = refresh(session_.refresh_token).value().refresh_token;
    const auto other = login("ann@shop.example", kPassword).value().refresh_token;
    std::vector<std::string> wrong{token.substr(0, 41), token + "x", token + ".",
                                   token.substr(0, 41) + other.substr(41)};
    for (std::size_t i = 41; i < token.size(); ++i) {
        auto mistyped = token;
        for (const char c : std::string_view{"Aa0_"}) {
            if (token[i] == c) continue;
            mistyped[i] = c;
            wrong.push_back(mistyped);
        }
    }
    for (const auto& one : wrong) {
        EXPECT_THAT(refresh(one), failsWith(ErrorCode::Unauthenticated)) << one;
        EXPECT_THAT(runTask(sessions_.logout(one)), isOk());
    }
    EXPECT_THAT(refresh(token), isOk());
}

TEST_F(SessionServiceTest, OtherSessionsOfTheUserGoOn) {
    const auto other = login("ann@shop.example", kPassword).value();
    refresh(session_.refresh_token).value();
    EXPECT_THAT(refresh(session_.refresh_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(refresh(other.refresh_token), isOk());
}

TEST_F(SessionServiceTest, OfRacingRefreshesAtMostOneSucceeds) {
    std::vector<Task<Result<Session>>> racers;
    for (int i = 0; i < 8; ++i) racers.push_back(sessions_.refresh(session_.refresh_token));
    const auto results = test::runAll(std::move(racers));
    EXPECT_LE(std::ranges::count_if(results, [](const auto& result) { return result.has_value(); }),
              1);
}

TEST_F(SessionServiceTest, ExpiresWhenItIsNotUsed) {
    clock_.advance(30 * 24h);
    EXPECT_THAT(refresh(session_.refresh_token), failsWith(ErrorCode::TokenExpired));
    clock_.advance(1ms);
    EXPECT_THAT(runTask(sessions_.sweep()), isOkAnd(testing::Eq(1)));
    EXPECT_THAT(refresh(session_.refresh_token), failsWith(ErrorCode::Unauthenticated));
}

TEST_F(SessionServiceTest, ALoginUnderWayEndsWithTheOthers) {
    const auto before = find(session_.user.id);
    auto change = accounts_.changePassword(callerOf(before), kPassword, "another-tulip-frost-92");
    ASSERT_THAT(runTask(std::move(change)), isOk());
    // This login had checked the old password before the change and is stored after it.
    const auto late = runTask(sessions_.open(before)).value();
    EXPECT_THAT(refresh(late.refresh_token), failsWith(ErrorCode::Unauthenticated));
    const auto id = SessionId::parse(late.refresh_token.substr(4, 36));
    EXPECT_THAT(runTask(store_->findSession(*id)), isOkAnd(testing::Eq(std::nullopt)));
    const auto now = login("ann@shop.example", "another-tulip-frost-92").value();
    EXPECT_THAT(refresh(now.refresh_token), isOk());
}

TEST_F(SessionServiceTest, ALoginUnderWayIsNotThereAfterAnAccountIsEnabledAgain) {
    const auto before = find(session_.user.id);
    runTask(accounts_.setDisabled({}, before.id, true)).value();
    const auto late = runTask(sessions_.open(before)).value();
    runTask(accounts_.setDisabled({}, before.id, false)).value();
    EXPECT_THAT(refresh(late.refresh_token), failsWith(ErrorCode::Unauthenticated));
}

TEST_F(SessionServiceTest, SessionsOfVersionsWithoutEpochGoOn) {
    const auto id = SessionId::parse(session_.refresh_token.substr(4, 36));
    auto older = runTask(store_->findSession(*id)).value().value();
    const auto hash = older.token_hash;
    older.epoch.reset();
    // As such a version made them: random bytes without a seal.
    const auto token = "atr_" + id->str() + "." + std::string(43, 'x');
    older.token_hash = sha256Hex(token);
    runTask(store_->replaceSession(older, hash)).value();
    const auto next = refresh(token).value().refresh_token;
    EXPECT_THAT(refresh(token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(refresh(next), failsWith(ErrorCode::Unauthenticated)) << "it was replaced before";
}

TEST_F(SessionServiceTest, LogoutEndsItAndCanBeRepeated) {
    for (int i = 0; i < 2; ++i)
        EXPECT_THAT(runTask(sessions_.logout(session_.refresh_token)), isOk());
    EXPECT_THAT(refresh(session_.refresh_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(runTask(sessions_.logout("garbage")), isOk());
}

TEST_F(SessionServiceTest, GarbageAndForgeriesAreRefused) {
    const auto prefix = session_.refresh_token.substr(0, session_.refresh_token.find('.'));
    for (const auto& token : {std::string{}, std::string{"atr_"}, std::string{"atr_x.y"},
                              "atr_" + ids_.next().str() + ".secret", session_.access_token})
        EXPECT_THAT(refresh(token), failsWith(ErrorCode::Unauthenticated)) << token;
    EXPECT_THAT(refresh(prefix + ".guess"), failsWith(ErrorCode::Unauthenticated));
}

TEST_F(SessionServiceTest, TokensAreNotStored) {
    const auto id = SessionId::parse(session_.refresh_token.substr(4, 36));
    const auto stored = runTask(store_->findSession(*id)).value();
    ASSERT_TRUE(stored);
    EXPECT_EQ(session_.refresh_token.find(stored->token_hash), std::string::npos);
}

}  // namespace
}  // namespace atelier
