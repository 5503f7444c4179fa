#include "unit/auth/accounts_fixture.h"

namespace atelier {
namespace {

using namespace std::chrono_literals;
using test::failsWith;
using test::isOk;
using test::runTask;

class ApiKeyServiceTest : public AccountsFixture {
  protected:
    ApiKeyServiceTest() {
        ann_.user = userOf(Role::User);
        ann_.request_id = "r-1";
    }
    CreatedApiKey create(CreateApiKey in) {
        return runTask(keys_.create(ann_, std::move(in))).value();
    }
    ErrorCode refusal(CreateApiKey in) {
        return runTask(keys_.create(ann_, std::move(in))).error().code;
    }

    std::shared_ptr<const User> userOf(Role role) {
        User user;
        user.id = ids_.make<UserId>();
        user.role = role;
        return std::make_shared<const User>(std::move(user));
    }

    Caller ann_;
};

TEST_F(ApiKeyServiceTest, MakesAKeyThatIsRecognizedAndStoredAsAHash) {
    const auto made = create({.name = "shop"});
    EXPECT_THAT(made.secret, testing::StartsWith("atl_"));
    EXPECT_EQ(made.secret.size(), 4u + 43u);
    EXPECT_EQ(made.key.prefix, made.secret.substr(0, 12));
    const auto key = runTask(keys_.recognize(made.secret));
    ASSERT_THAT(key, isOk());
    EXPECT_EQ(key->id, made.key.id);
    EXPECT_EQ(key->scopes, (std::vector{Scope::Read, Scope::Jobs}));
    EXPECT_EQ(runTask(audit_.list({}, {})).value().items.at(0).action, "api_key.create");
    const auto listed = runTask(keys_.list(ann_.user->id)).value();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].hash.find(made.secret.substr(4)), std::string::npos);
}

TEST_F(ApiKeyServiceTest, AKeyCanHaveALimitOfItsOwn) {
    const auto made = create({.name = "shop", .requests_per_minute = 60});
    EXPECT_EQ(runTask(keys_.recognize(made.secret))->requests_per_minute, 60);
    EXPECT_EQ(refusal({.name = "shop", .requests_per_minute = 0}), ErrorCode::ValidationFailed);
}

TEST_F(ApiKeyServiceTest, NotesTheLastUseToTheMinute) {
    const auto made = create({.name = "shop"});
    const auto lastUse = [&] {
        return runTask(keys_.list(ann_.user->id)).value().at(0).last_used_at;
    };
    EXPECT_EQ(lastUse(), std::nullopt);
    const auto first = clock_.now();
    EXPECT_THAT(runTask(keys_.recognize(made.secret)), isOk());
    clock_.advance(59s);
    EXPECT_THAT(runTask(keys_.recognize(made.secret)), isOk());
    EXPECT_EQ(lastUse(), first);
    clock_.advance(1s);
    EXPECT_THAT(runTask(keys_.recognize(made.secret)), isOk());
    EXPECT_EQ(lastUse(), first + 60s);
}

TEST_F(ApiKeyServiceTest, ExpiredAndRemovedKeysAreRefused) {
    const auto made = create({.name = "shop", .expires_at = clock_.now() + 1h});
    clock_.advance(1h);
    const auto expired = runTask(keys_.recognize(made.secret));
    EXPECT_THAT(expired, failsWith(ErrorCode::TokenExpired));
    EXPECT_THAT(expired.error().detail, testing::HasSubstr("POST /auth/api-keys"));
    Caller bob;
    bob.user = userOf(Role::User);
    EXPECT_THAT(runTask(keys_.remove(bob, made.key.id)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(keys_.remove(ann_, made.key.id)), isOk());
    EXPECT_THAT(runTask(keys_.recognize(made.secret)), failsWith(ErrorCode::Unauthenticated));
}

TEST_F(ApiKeyServiceTest, NamesHaveUpToAHundredCharactersNotBytes) {
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "\xc3\xa4";
    EXPECT_EQ(create({.name = umlauts}).key.name, umlauts);
    EXPECT_EQ(refusal({.name = umlauts + "x"}), ErrorCode::ValidationFailed);
}

TEST_F(ApiKeyServiceTest, RefusesKeysThatMakeNoSense) {
    EXPECT_EQ(refusal({.name = ""}), ErrorCode::ValidationFailed);
    EXPECT_EQ(refusal({.name = std::string(101, 'x')}), ErrorCode::ValidationFailed);
    EXPECT_EQ(refusal({.name = "\xff"}), ErrorCode::ValidationFailed);
    EXPECT_EQ(refusal({.name = "x", .scopes = {}}), ErrorCode::ValidationFailed);
    EXPECT_EQ(refusal({.name = "x", .expires_at = clock_.now()}), ErrorCode::ValidationFailed);
    EXPECT_EQ(refusal({.name = "x", .scopes = {Scope::Admin}}), ErrorCode::Forbidden);
    ann_.user = userOf(Role::Admin);
    EXPECT_EQ(create({.name = "x", .scopes = {Scope::Admin, Scope::Read, Scope::Admin}}).key.scopes,
              (std::vector{Scope::Read, Scope::Admin}));
}

TEST_F(ApiKeyServiceTest, OneUserHasABoundedNumberOfKeys) {
    for (std::size_t i = 0; i < ApiKeyService::kMostKeys; ++i) create({.name = "k"});
    EXPECT_EQ(refusal({.name = "one more"}), ErrorCode::ValidationFailed);
}

}  // namespace
}  // namespace atelier
