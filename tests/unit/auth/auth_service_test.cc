#include <ctime>

#include "service/auth/client_network.h"
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
    EXPECT_THAT(runTask(closed.registerUser("ann@shop.example", kPassword, "192.0.2.1")),
                failsWith(ErrorCode::RegistrationClosed));
}

TEST_F(AuthServiceTest, AccountsFromOneNetworkAreLimited) {
    LocalAttemptLimiter limiter{3, 1h, clock_};
    AuthService limited{{*store_, accounts_, sessions_, keys_, tokens_, hasher_, limiter_, metrics_,
                         Registration::Open, 100, &limiter}};
    const auto open = [&](const std::string& name, const std::string& address) {
        return runTask(limited.registerUser(name + "@shop.example", kPassword, address));
    };
    EXPECT_THAT(open("not an address", "2001:db8::1"), failsWith(ErrorCode::ValidationFailed));
    std::vector<Task<Result<Session>>> many;
    for (int i = 0; i < 10; ++i) {
        many.push_back(limited.registerUser("user" + std::to_string(i) + "@shop.example", kPassword,
                                            "2001:db8::" + std::to_string(i)));
    }
    const auto opened = test::runAll(std::move(many));
    EXPECT_EQ(std::ranges::count_if(opened, [](const auto& one) { return one.has_value(); }), 3);
    const auto refused = open("bob", "2001:db8::ffff");
    ASSERT_THAT(refused, failsWith(ErrorCode::RateLimited));
    EXPECT_EQ(refused.error().retry_after, Millis{1h});
    EXPECT_THAT(open("bob", "2001:db8:0:1::1"), isOk());
    EXPECT_THAT(open("bob", "2001:db8:0:1::1"), failsWith(ErrorCode::EmailTaken));
    EXPECT_THAT(open("bob", "2001:db8:0:1::1"), failsWith(ErrorCode::EmailTaken));
    EXPECT_THAT(open("bob", "2001:db8:0:1::1"), failsWith(ErrorCode::RateLimited));
    clock_.advance(1h);
    EXPECT_THAT(open("eve", "2001:db8::1"), isOk());
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

TEST_F(AuthServiceTest, GuessesAtOnceAreNoMoreThanOneAfterTheOther) {
    registerUser("ann@shop.example");
    std::vector<Task<Result<Session>>> guesses;
    for (int i = 0; i < 30; ++i) {
        guesses.push_back(auth_.login("ann@shop.example", "wrong guess " + std::to_string(i),
                                      "192.0.2." + std::to_string(i)));
    }
    int tried = 0;
    for (const auto& guess : test::runAll(std::move(guesses)))
        tried += guess.error().code == ErrorCode::InvalidCredentials ? 1 : 0;
    EXPECT_EQ(tried, 3);
}

TEST_F(AuthServiceTest, OnlyFailuresCount) {
    registerUser("ann@shop.example");
    for (int i = 0; i < 10; ++i) EXPECT_THAT(login("ann@shop.example", kPassword), isOk());
    PasswordHasher full{1, 0};
    AuthService busy{{*store_, accounts_, sessions_, keys_, tokens_, full, limiter_, metrics_,
                      Registration::Open, 100}};
    for (int i = 0; i < 10; ++i) {
        auto task = busy.login("ann@shop.example", kPassword, "192.0.2.1");
        EXPECT_THAT(runTask(std::move(task)), failsWith(ErrorCode::NotReady));
    }
    EXPECT_THAT(login("ann@shop.example", kPassword), isOk());
}

TEST_F(AuthServiceTest, AnAddressThatMustWaitUsesUpNobodysAttempts) {
    registerUser("ann@shop.example");
    for (int i = 0; i < 3; ++i)
        login("user" + std::to_string(i) + "@shop.example", "wrong", "192.0.2.66");
    for (int i = 0; i < 10; ++i) login("ann@shop.example", "wrong", "192.0.2.66");
    EXPECT_THAT(login("ann@shop.example", kPassword, "192.0.2.67"), isOk());
}

TEST_F(AuthServiceTest, AddressesOfOneNetworkCountAsOne) {
    registerUser("ann@shop.example");
    for (int i = 0; i < 3; ++i) {
        const auto n = std::to_string(i);
        login("user" + n + "@shop.example", "wrong", "2001:db8:1:2::" + n);
    }
    EXPECT_THAT(login("ann@shop.example", kPassword, "2001:db8:1:2:ffff::1"),
                failsWith(ErrorCode::RateLimited));
    EXPECT_THAT(login("ann@shop.example", kPassword, "2001:db8:1:3::1"), isOk());
}

TEST(ClientNetworkTest, IsWhatOneClientHolds) {
    const std::pair<const char*, const char*> cases[]{
        {"192.0.2.1", "192.0.2.1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"2001:DB8:1:2::", "2001:db8:1:2::/64"},
        {"::1", "::/64"},
        {"fe80::1%eth0", "fe80::/64"},
        {"", ""},
        {"unix", "unix"},
    };
    for (const auto& [address, network] : cases)
        EXPECT_EQ(clientNetwork(address), network) << address;
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
