#include "unit/auth/accounts_fixture.h"

namespace atelier {
namespace {

using test::failsWith;
using test::isOk;
using test::runTask;

class AccountServiceTest : public AccountsFixture {
  protected:
    Result<User> create(const std::string& email, Role role = Role::User) {
        NewAccount account{
            .email = email, .password = kPassword, .role = role, .credits = 7, .reason = "test"};
        return runTask(accounts_.create(std::move(account)));
    }
    std::string lastAuditAction() { return runTask(store_->lastAudit()).value()->action; }
};

TEST_F(AccountServiceTest, CreatesAnAccountWithItsCreditsInTheLedger) {
    const auto user = create("Ann@Shop.example");
    ASSERT_THAT(user, isOk());
    EXPECT_EQ(user->email, "ann@shop.example");
    const auto stored = find(user->id);
    EXPECT_EQ(stored.credits_left, 7);
    EXPECT_TRUE(stored.pending_grants.empty());
    const auto lines = runTask(store_->listUsage(user->id, {}, {})).value().items;
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].kind, UsageKind::Grant);
    EXPECT_EQ(lines[0].credits_used, 7);
    EXPECT_EQ(lines[0].balance, 7);
    EXPECT_EQ(lines[0].reason, "test");
}

TEST_F(AccountServiceTest, RefusesASecondAccountWithTheSameAddress) {
    create("ann@shop.example").value();
    EXPECT_THAT(create("ANN@shop.example"), failsWith(ErrorCode::EmailTaken));
}

TEST_F(AccountServiceTest, ChangedPasswordEndsAllSessionsAndTokens) {
    const auto session = registerUser("ann@shop.example");
    const auto changed =
        runTask(accounts_.changePassword(callerOf(session.user), kPassword, "canoe-frost-17"));
    ASSERT_THAT(changed, isOk());
    EXPECT_THAT(authenticate(session.access_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(refresh(session.refresh_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(login("ann@shop.example", kPassword), failsWith(ErrorCode::InvalidCredentials));
    EXPECT_THAT(login("ann@shop.example", "canoe-frost-17"), isOk());
    EXPECT_EQ(lastAuditAction(), "user.password");
}

TEST_F(AccountServiceTest, ChangingThePasswordNeedsTheCurrentOne) {
    const auto caller = callerOf(registerUser("ann@shop.example").user);
    const auto change = [&](const std::string& current, const std::string& next) {
        return runTask(accounts_.changePassword(caller, current, next));
    };
    EXPECT_THAT(change(kPassword, "password123"), failsWith(ErrorCode::PasswordTooCommon));
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(change("wrong", "canoe-frost-17"), failsWith(ErrorCode::InvalidCredentials));
    EXPECT_THAT(change(kPassword, "canoe-frost-17"), failsWith(ErrorCode::RateLimited));
}

TEST_F(AccountServiceTest, GuessesOfTheCurrentPasswordAtOnceAreNoMore) {
    const auto caller = callerOf(registerUser("ann@shop.example").user);
    std::vector<Task<Result<>>> guesses;
    for (int i = 0; i < 20; ++i)
        guesses.push_back(
            accounts_.changePassword(caller, "guess " + std::to_string(i), "canoe-frost-17"));
    int tried = 0;
    for (const auto& guess : test::runAll(std::move(guesses)))
        tried += guess.error().code == ErrorCode::InvalidCredentials ? 1 : 0;
    EXPECT_EQ(tried, 3);
}

TEST_F(AccountServiceTest, ErasureLeavesTheLedgerWithoutAName) {
    const auto session = registerUser("ann@shop.example");
    const auto caller = callerOf(session.user);
    const auto key = runTask(keys_.create(caller, {.name = "shop"})).value();
    ASSERT_THAT(runTask(accounts_.erase(caller)), isOk());
    EXPECT_THAT(authenticate(session.access_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(authenticate(key.secret), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(refresh(session.refresh_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(login("ann@shop.example", kPassword), failsWith(ErrorCode::InvalidCredentials));
    EXPECT_EQ(find(session.user.id).email.find("ann"), std::string::npos);
    EXPECT_EQ(erased_content_, std::vector{session.user.id});
    EXPECT_EQ(runTask(store_->totals(session.user.id)).value().granted, 100);
    EXPECT_THAT(create("ann@shop.example"), isOk());
}

TEST_F(AccountServiceTest, TheLastAdminStays) {
    const auto admin = create("root@shop.example", Role::Admin).value();
    const auto caller = callerOf(admin);
    EXPECT_THAT(runTask(accounts_.setRole(caller, admin.id, Role::User)),
                failsWith(ErrorCode::Conflict));
    EXPECT_THAT(runTask(accounts_.setDisabled(caller, admin.id, true)),
                failsWith(ErrorCode::Conflict));
    EXPECT_THAT(runTask(accounts_.erase(caller)), failsWith(ErrorCode::Conflict));
    const auto other = create("second@shop.example").value();
    EXPECT_THAT(runTask(accounts_.setRole(caller, other.id, Role::Admin)), isOk());
    EXPECT_THAT(runTask(accounts_.setRole(caller, admin.id, Role::User)), isOk());
    EXPECT_EQ(lastAuditAction(), "user.role");
}

TEST_F(AccountServiceTest, DisabledAccountsAreShutOutUntilEnabled) {
    const auto admin = callerOf(create("root@shop.example", Role::Admin).value());
    const auto session = registerUser("ann@shop.example");
    ASSERT_THAT(runTask(accounts_.setDisabled(admin, session.user.id, true)), isOk());
    EXPECT_THAT(authenticate(session.access_token), failsWith(ErrorCode::Unauthenticated));
    EXPECT_THAT(login("ann@shop.example", kPassword), failsWith(ErrorCode::Forbidden));
    ASSERT_THAT(runTask(accounts_.setDisabled(admin, session.user.id, false)), isOk());
    EXPECT_THAT(login("ann@shop.example", kPassword), isOk());
}

}  // namespace
}  // namespace atelier
