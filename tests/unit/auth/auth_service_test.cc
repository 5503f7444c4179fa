#include <ctime>

#include "unit/auth/accounts_fixture.h"
#include "unit/auth/older_hash.h"

namespace atelier {
namespace {

using namespace std::chrono_literals;
using test::failsWith;
using test::isOk;
using test::runTask;
using testing::HasSubstr;

using AuthServiceTest = AccountsFixture;

TEST_F(AuthServiceTest, RegistrationOpensASessionWithSignUpCredits) {
    const auto session = registerUser("ann@shop.example");
    EXPECT_EQ(session.user.credits_left, 100);
    EXPECT_EQ(session.user.role, Role::User);
    EXPECT_EQ(session.expires_in, 900s);
    const auto principal = authenticate(session.access_token);
    ASSERT_THAT(principal, isOk());
    EXPECT_EQ(principal->user->email, "ann@shop.example");
    EXPECT_TRUE(principal->may(Scope::Jobs));
    EXPECT_FALSE(principal->may(Scope::Admin));
}

TEST_F(AuthServiceTest, ClosedRegistrationRefusesEveryone) {
    AuthService closed{{*store_, accounts_, sessions_, keys_, tokens_, hasher_, limiter_, metrics_,
                        Registration::Closed, 100}};
    EXPECT_THAT(runTask(closed.registerUser("ann@shop.example", kPassword)),
                failsWith(ErrorCode::RegistrationClosed));
}

TEST_F(AuthServiceTest, UnknownAddressAndWrongPasswordAreAnsweredAlike) {
    registerUser("ann@shop.example");
    const auto wrong = login("ann@shop.example", "not-my-password");
    const auto unknown = login("bob@shop.example", "not-my-password");
    EXPECT_THAT(wrong, failsWith(ErrorCode::InvalidCredentials));
    EXPECT_THAT(unknown, failsWith(ErrorCode::InvalidCredentials));
    EXPECT_EQ(wrong.error().detail, unknown.error().detail);
    EXPECT_THAT(login("no address", "x"), failsWith(ErrorCode::InvalidCredentials));
}

TEST_F(AuthServiceTest, ALoginRenewsAHashOfAnotherCost) {
    const auto user = registerUser("ann@shop.example").user;
    const auto older = test::hashOfAnotherCost(kPassword);
    runTask(store_->renewHash(user.id, user.hash, older)).value();
    EXPECT_THAT(login("ann@shop.example", "not-my-password"),
                failsWith(ErrorCode::InvalidCredentials));
    EXPECT_EQ(find(user.id).hash, older);

    const auto session = login("ann@shop.example", kPassword);
    ASSERT_THAT(session, isOk());
    const auto renewed = find(user.id).hash;
    EXPECT_FALSE(PasswordHasher::isOutdated(renewed));
    EXPECT_THAT(authenticate(session->access_token), isOk());
    EXPECT_THAT(login("ann@shop.example", kPassword), isOk());
    EXPECT_EQ(find(user.id).hash, renewed);
}

TEST_F(AuthServiceTest, UnknownAddressTakesAsMuchWorkAsAWrongPassword) {
    registerUser("ann@shop.example");
    // Processor time of all threads: it does not depend on what else the machine does.
    const auto work = [&](const std::string& email) {
        const auto begin = std::clock();
        login(email, "not-my-password");
        return static_cast<double>(std::clock() - begin);
    };
    const auto ratio = work("bob@shop.example") / work("ann@shop.example");
    EXPECT_GT(ratio, 0.5);
    EXPECT_LT(ratio, 2);
}

TEST_F(AuthServiceTest, TooManyFailuresBlockTheAccountFromEverywhere) {
    registerUser("ann@shop.example");
    for (int i = 0; i < 3; ++i)
        login("ann@shop.example", "wrong", "192.0.2." + std::to_string(i + 1));
    const auto blocked = login("ann@shop.example", kPassword, "192.0.2.9");
    ASSERT_THAT(blocked, failsWith(ErrorCode::RateLimited));
    EXPECT_EQ(blocked.error().retry_after, Millis{15min});
    clock_.advance(15min);
    EXPECT_THAT(login("ann@shop.example", kPassword, "192.0.2.9"), isOk());
}

TEST_F(AuthServiceTest, TooManyFailuresBlockTheAddressForEveryAccount) {
    registerUser("ann@shop.example");
    for (int i = 0; i < 3; ++i)
        login("user" + std::to_string(i) + "@shop.example", "wrong", "192.0.2.66");
    EXPECT_THAT(login("ann@shop.example", kPassword, "192.0.2.66"),
                failsWith(ErrorCode::RateLimited));
    EXPECT_THAT(login("ann@shop.example", kPassword, "192.0.2.67"), isOk());
}

TEST_F(AuthServiceTest, SuccessForgetsTheAccountsFailures) {
    registerUser("ann@shop.example");
    for (int round = 0; round < 2; ++round) {
        const auto address = "192.0.2." + std::to_string(round + 1);
        for (int i = 0; i < 2; ++i) login("ann@shop.example", "wrong", address);
        EXPECT_THAT(login("ann@shop.example", kPassword, address), isOk());
    }
}

TEST_F(AuthServiceTest, ApiKeysActWithTheirScopesOnly) {
    const auto session = registerUser("ann@shop.example");
    const auto key =
        runTask(keys_.create(callerOf(session.user), {.name = "shop", .scopes = {Scope::Read}}))
            .value();
    const auto principal = authenticate(key.secret);
    ASSERT_THAT(principal, isOk());
    EXPECT_EQ(principal->user->id, session.user.id);
    EXPECT_EQ(principal->api_key, key.key.id);
    EXPECT_TRUE(principal->may(Scope::Read));
    EXPECT_FALSE(principal->may(Scope::Jobs));
}

TEST_F(AuthServiceTest, UnknownBearersAreRefused) {
    for (const auto* bearer : {"", "x", "atl_", "atl_0123456789012345678901234567890123456789012"})
        EXPECT_THAT(authenticate(bearer), failsWith(ErrorCode::Unauthenticated)) << bearer;
    User stranger;
    stranger.id = ids_.make<UserId>();
    EXPECT_THAT(authenticate(tokens_.issue(stranger)), failsWith(ErrorCode::Unauthenticated));
}

TEST_F(AuthServiceTest, LoginFloodIsTurnedAwayWhileTokensStillWork) {
    const auto session = registerUser("ann@shop.example");
    PasswordHasher slow{1, 4};
    AuthService flooded{{*store_, accounts_, sessions_, keys_, tokens_, slow, limiter_, metrics_,
                         Registration::Open, 100}};
    std::vector<std::future<Result<Session>>> running;
    for (int i = 0; i < 30; ++i) {
        const auto n = std::to_string(i);
        running.push_back(test::start(
            flooded.login("user" + n + "@shop.example", "wrong-password", "198.51.100." + n)));
    }
    EXPECT_THAT(authenticate(session.access_token), isOk());
    int overloaded = 0;
    for (auto& one : running) {
        const auto result = one.get();
        if (result.error().code != ErrorCode::NotReady) continue;
        ++overloaded;
        EXPECT_TRUE(result.error().retry_after);
    }
    EXPECT_GT(overloaded, 10);
    EXPECT_THAT(metrics_.expose(), HasSubstr(R"(atelier_logins_total{outcome="overloaded"})"));
}

}  // namespace
}  // namespace atelier
