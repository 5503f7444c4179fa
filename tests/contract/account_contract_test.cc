#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::Eq;
using testing::IsEmpty;
using testing::IsFalse;
using testing::IsTrue;
using testing::SizeIs;

class AccountContract : public PortContract<Store> {
  protected:
    UserId userWith(Role role) {
        auto user = someUser(ids_);
        user.role = role;
        EXPECT_THAT(runTask(port().insertUser(user)), isOk());
        return user.id;
    }
    User read(UserId id) { return runTask(port().findUser(id)).value().value(); }

    LoginSession sessionOf(UserId user, const std::string& hash) {
        LoginSession session;
        session.id = ids_.make<SessionId>();
        session.user_id = user;
        session.token_hash = hash;
        session.created_at = session.refreshed_at = kNow;
        session.expires_at = kNow + 24h;
        EXPECT_THAT(runTask(port().insertSession(session)), isOk());
        return session;
    }
    ApiKey keyOf(UserId user, const std::string& hash) {
        ApiKey key;
        key.id = ids_.make<ApiKeyId>();
        key.user_id = user;
        key.name = "shop";
        key.prefix = "atl_abcd";
        key.hash = hash;
        key.scopes = {Scope::Read, Scope::Jobs};
        key.requests_per_minute = 60;
        key.expires_at = kNow + 24h;
        key.created_at = kNow;
        EXPECT_THAT(runTask(port().insertApiKey(key, 50)), isOkAnd(IsTrue()));
        return key;
    }
};

TEST_P(AccountContract, ANewPasswordEndsOlderTokens) {
    const auto id = userWith(Role::User);
    EXPECT_THAT(runTask(port().setPassword(id, "new hash")), isOk());
    EXPECT_EQ(read(id).hash, "new hash");
    EXPECT_EQ(read(id).session_epoch, 1);
    EXPECT_THAT(runTask(port().setPassword(ids_.make<UserId>(), "x")),
                failsWith(ErrorCode::NotFound));
}

TEST_P(AccountContract, ARenewedHashKeepsTokensAndGivesWayToANewPassword) {
    const auto id = userWith(Role::User);
    const auto first = read(id).hash;
    EXPECT_THAT(runTask(port().renewHash(id, first, "renewed")), isOk());
    EXPECT_EQ(read(id).hash, "renewed");
    EXPECT_EQ(read(id).session_epoch, 0);
    // Someone was faster: the password has changed.
    EXPECT_THAT(runTask(port().renewHash(id, first, "late")), isOk());
    EXPECT_EQ(read(id).hash, "renewed");
    EXPECT_THAT(runTask(port().renewHash(ids_.make<UserId>(), first, "nobody's")), isOk());
}

TEST_P(AccountContract, DisablingEndsTokensAndEnablingDoesNot) {
    const auto id = userWith(Role::User);
    EXPECT_THAT(runTask(port().setDisabled(id, true)), isOk());
    EXPECT_TRUE(read(id).disabled);
    EXPECT_THAT(runTask(port().setDisabled(id, false)), isOk());
    EXPECT_FALSE(read(id).disabled);
    EXPECT_EQ(read(id).session_epoch, 1);
    EXPECT_THAT(runTask(port().setDisabled(ids_.make<UserId>(), true)),
                failsWith(ErrorCode::NotFound));
}

TEST_P(AccountContract, AnErasedUserKeepsOnlyIdAndCredits) {
    const auto before = someUser(ids_, 20);
    runTask(port().insertUser(before)).value();
    const auto job = ids_.make<JobId>();
    runTask(port().hold(before.id, job, 5)).value();
    EXPECT_THAT(runTask(port().eraseUser(before.id)), isOk());
    const auto after = read(before.id);
    EXPECT_EQ(after.email, "erased:" + before.id.str());
    EXPECT_EQ(after.hash, "");
    EXPECT_TRUE(after.disabled);
    EXPECT_EQ(after.credits_left, 15);
    EXPECT_EQ(after.holds.at(job.str()), 5);
    EXPECT_THAT(runTask(port().findUserByEmail(before.email)), isOkAnd(Eq(std::nullopt)));
}

TEST_P(AccountContract, NoJobAndNoGrantIsTakenOnForAnErasedUser) {
    const auto user = someUser(ids_, 20);
    runTask(port().insertUser(user)).value();
    EXPECT_THAT(runTask(port().eraseUser(user.id)), isOk());
    const auto held = runTask(port().hold(user.id, ids_.make<JobId>(), 5));
    EXPECT_THAT(held, failsWith(ErrorCode::NotFound));
    const auto granted = runTask(port().grant(user.id, ids_.make<UsageId>(), 5, "late"));
    EXPECT_THAT(granted, failsWith(ErrorCode::NotFound));
    EXPECT_EQ(read(user.id).credits_left, 20);
}

TEST_P(AccountContract, AnErasureIsOpenUntilItIsNoted) {
    const auto id = userWith(Role::User);
    EXPECT_THAT(runTask(port().listErasing(10)), isOkAnd(IsEmpty()));
    runTask(port().eraseUser(id)).value();
    reopen();
    EXPECT_THAT(runTask(port().listErasing(10)), isOkAnd(testing::ElementsAre(id)));
    EXPECT_THAT(runTask(port().noteErased(id)), isOk());
    EXPECT_THAT(runTask(port().listErasing(10)), isOkAnd(IsEmpty()));
}

TEST_P(AccountContract, TheLastAdminStays) {
    const auto admin = userWith(Role::Admin);
    userWith(Role::User);
    EXPECT_THAT(runTask(port().setDisabled(admin, true)), failsWith(ErrorCode::Conflict));
    EXPECT_THAT(runTask(port().eraseUser(admin)), failsWith(ErrorCode::Conflict));
    EXPECT_THAT(runTask(port().setRole(admin, Role::User)), failsWith(ErrorCode::Conflict));
    const auto other = userWith(Role::Admin);
    EXPECT_THAT(runTask(port().setDisabled(admin, true)), isOk());
    EXPECT_THAT(runTask(port().setDisabled(other, true)), failsWith(ErrorCode::Conflict));
}

TEST_P(AccountContract, AnErasedUserIsNotChangedAndNoAdmin) {
    const auto admin = userWith(Role::Admin);
    const auto gone = userWith(Role::Admin);
    for (int i = 0; i < 2; ++i) EXPECT_THAT(runTask(port().eraseUser(gone)), isOk());
    EXPECT_THAT(runTask(port().setRole(gone, Role::User)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(port().setRole(gone, Role::Admin)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(port().setDisabled(gone, false)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(port().setDisabled(gone, true)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(port().setPassword(gone, "new hash")), failsWith(ErrorCode::NotFound));
    EXPECT_TRUE(read(gone).isErased());
    EXPECT_THAT(runTask(port().setRole(admin, Role::User)), failsWith(ErrorCode::Conflict));

    // As an older version could leave one behind.
    auto revived = someUser(ids_);
    revived.hash.clear();
    revived.role = Role::Admin;
    EXPECT_THAT(runTask(port().insertUser(revived)), isOk());
    EXPECT_THAT(runTask(port().setRole(admin, Role::User)), failsWith(ErrorCode::Conflict));
    EXPECT_THAT(runTask(port().eraseUser(admin)), failsWith(ErrorCode::Conflict));
}

TEST_P(AccountContract, OfTwoAdminsThatDisableEachOtherOneStays) {
    const auto one = userWith(Role::Admin);
    const auto two = userWith(Role::Admin);
    std::vector<Task<Result<>>> tasks;
    tasks.push_back(port().setDisabled(one, true));
    tasks.push_back(port().setDisabled(two, true));
    runAll(std::move(tasks));
    EXPECT_NE(read(one).disabled, read(two).disabled);
}

TEST_P(AccountContract, SessionsAreKeptAndRemoved) {
    const auto user = userWith(Role::User);
    auto session = sessionOf(user, "hash");
    reopen();
    EXPECT_EQ(json::write(runTask(port().findSession(session.id)).value().value()),
              json::write(session));
    session.epoch = 3;
    EXPECT_THAT(runTask(port().replaceSession(session, "hash")), isOkAnd(IsTrue()));
    EXPECT_EQ(json::write(runTask(port().findSession(session.id)).value().value()),
              json::write(session));
    EXPECT_THAT(runTask(port().removeSession(session.id)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().removeSession(session.id)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().findSession(session.id)), isOkAnd(Eq(std::nullopt)));
}

TEST_P(AccountContract, OfManyThatRefreshWithOneTokenOneWins) {
    const auto session = sessionOf(userWith(Role::User), "old");
    std::vector<Task<Result<bool>>> refreshes;
    for (int i = 0; i < 20; ++i) {
        auto next = session;
        next.token_hash = "new " + std::to_string(i);
        refreshes.push_back(port().replaceSession(next, "old"));
    }
    const auto results = runAll(std::move(refreshes));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& won) { return won.value(); }), 1);
}

TEST_P(AccountContract, RemovesAllSessionsOfAUserOrTheExpiredOnes) {
    const auto user = userWith(Role::User);
    sessionOf(user, "a");
    sessionOf(user, "b");
    const auto other = sessionOf(userWith(Role::User), "c");
    EXPECT_THAT(runTask(port().removeSessions(user)), isOkAnd(Eq(2)));
    EXPECT_THAT(runTask(port().removeExpiredSessions(other.expires_at, 10)), isOkAnd(Eq(0)));
    EXPECT_THAT(runTask(port().removeExpiredSessions(other.expires_at + 1ms, 10)), isOkAnd(Eq(1)));
}

TEST_P(AccountContract, ApiKeysAreFoundByHash) {
    const auto user = userWith(Role::User);
    const auto key = keyOf(user, "one");
    EXPECT_EQ(json::write(runTask(port().findApiKeyByHash("one")).value().value()),
              json::write(key));
    EXPECT_THAT(runTask(port().findApiKeyByHash("two")), isOkAnd(Eq(std::nullopt)));
    EXPECT_THAT(runTask(port().touchApiKey(key.id, kNow + 1h)), isOk());
    EXPECT_EQ(runTask(port().findApiKeyByHash("one")).value()->last_used_at, kNow + 1h);
}

TEST_P(AccountContract, ApiKeysBelongToTheirUser) {
    const auto user = userWith(Role::User);
    const auto stranger = userWith(Role::User);
    const auto older = keyOf(user, "one");
    const auto newer = keyOf(user, "two");
    const auto keys = runTask(port().listApiKeys(user)).value();
    ASSERT_THAT(keys, SizeIs(2));
    EXPECT_EQ(keys[0].id, newer.id);
    EXPECT_THAT(runTask(port().removeApiKey(stranger, older.id)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().removeApiKey(user, older.id)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().removeApiKeys(user)), isOkAnd(Eq(1)));
    EXPECT_THAT(runTask(port().listApiKeys(user)), isOkAnd(IsEmpty()));
}

TEST_P(AccountContract, NoMoreApiKeysThanAllowedAlsoAtTheSameTime) {
    const auto user = userWith(Role::User);
    keyOf(userWith(Role::User), "a stranger's");
    std::vector<Task<Result<bool>>> inserts;
    for (int i = 0; i < 20; ++i) {
        ApiKey key;
        key.id = ids_.make<ApiKeyId>();
        key.user_id = user;
        key.hash = "hash " + std::to_string(i);
        inserts.push_back(port().insertApiKey(key, 7));
    }
    const auto results = runAll(std::move(inserts));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& made) { return made.value(); }), 7);
    EXPECT_THAT(runTask(port().listApiKeys(user)), isOkAnd(SizeIs(7)));
}

INSTANTIATE_TEST_SUITE_P(Every, AccountContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
