#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using testing::Eq;
using testing::IsFalse;
using testing::Optional;
using testing::SizeIs;

class UserStoreContract : public PortContract<Store> {
  protected:
    User stored(User user) {
        EXPECT_THAT(runTask(port().insertUser(user)), isOk());
        return user;
    }
    User read(UserId id) { return runTask(port().findUser(id)).value().value(); }
};

TEST_P(UserStoreContract, PingSucceeds) {
    EXPECT_THAT(runTask(port().ping()), isOk());
}

TEST_P(UserStoreContract, KeepsEveryFieldOfAUser) {
    auto user = someUser(ids_, 12);
    user.role = Role::Admin;
    user.holds[ids_.make<JobId>().str()] = 5;
    user.pending_grants[ids_.make<UsageId>().str()] = 7;
    user.session_epoch = 3;
    user.disabled = true;
    stored(user);
    reopen();
    EXPECT_EQ(json::write(read(user.id)), json::write(user));
}

TEST_P(UserStoreContract, FindsUsersByIdAndEmail) {
    const auto user = stored(someUser(ids_));
    EXPECT_EQ(runTask(port().findUserByEmail(user.email)).value()->id, user.id);
    EXPECT_EQ(runTask(port().findUserByEmail("nobody@example.org")).value(), std::nullopt);
    EXPECT_EQ(runTask(port().findUser(ids_.make<UserId>())).value(), std::nullopt);
}

TEST_P(UserStoreContract, RefusesASecondAccountWithTheSameEmail) {
    const auto first = stored(someUser(ids_));
    auto second = someUser(ids_);
    second.email = first.email;
    EXPECT_THAT(runTask(port().insertUser(second)), failsWith(ErrorCode::EmailTaken));
    EXPECT_EQ(runTask(port().findUser(second.id)).value(), std::nullopt);
}

TEST_P(UserStoreContract, OfManyRacingRegistrationsOneWins) {
    std::vector<Task<Result<>>> tasks;
    for (int i = 0; i < 50; ++i) {
        auto user = someUser(ids_);
        user.email = "same@example.org";
        tasks.push_back(port().insertUser(user));
    }
    const auto results = runAll(std::move(tasks));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& r) { return r.has_value(); }), 1);
}

TEST_P(UserStoreContract, ChangesRoles) {
    const auto user = stored(someUser(ids_));
    EXPECT_THAT(runTask(port().setRole(user.id, Role::Admin)), isOk());
    EXPECT_EQ(read(user.id).role, Role::Admin);
    EXPECT_THAT(runTask(port().setRole(ids_.make<UserId>(), Role::Admin)),
                failsWith(ErrorCode::NotFound));
}

TEST_P(UserStoreContract, ListsUsersNewestFirstInPages) {
    std::vector<UserId> newest_first;
    for (int i = 0; i < 5; ++i)
        newest_first.insert(newest_first.begin(), stored(someUser(ids_)).id);
    std::vector<UserId> listed;
    PageRequest page{.limit = 2, .cursor = std::nullopt};
    do {
        const auto got = runTask(port().listUsers({}, page)).value();
        for (const auto& user : got.items) listed.push_back(user.id);
        page.cursor = got.next_cursor;
    } while (page.cursor);
    EXPECT_EQ(listed, newest_first);
}

TEST_P(UserStoreContract, TheLastPageHasNoCursorEvenWhenFull) {
    stored(someUser(ids_));
    stored(someUser(ids_));
    const auto page = runTask(port().listUsers({}, {.limit = 2, .cursor = std::nullopt})).value();
    EXPECT_THAT(page.items, SizeIs(2));
    EXPECT_EQ(page.next_cursor, std::nullopt);
}

TEST_P(UserStoreContract, RefusesACursorThatIsNone) {
    const auto page = runTask(port().listUsers({}, {.limit = 2, .cursor = "next please"}));
    ASSERT_THAT(page, failsWith(ErrorCode::ValidationFailed));
    ASSERT_THAT(page.error().fields, SizeIs(1));
    EXPECT_EQ(page.error().fields.front().pointer, "cursor");
}

TEST_P(UserStoreContract, ListsUsersWithHoldsOrGrantsOnly) {
    const auto idle = stored(someUser(ids_, 10));
    const auto holding = stored(someUser(ids_, 10));
    const auto granted = stored(someUser(ids_, 10));
    const auto settled = stored(someUser(ids_, 10));
    const auto job = ids_.make<JobId>();
    runTask(port().hold(holding.id, ids_.make<JobId>(), 5)).value();
    runTask(port().grant(granted.id, ids_.make<UsageId>(), 5, "a gift")).value();
    runTask(port().hold(settled.id, job, 5)).value();
    runTask(port().settle(settled.id, job, 5)).value();

    const auto first =
        runTask(port().listUsersWithHolds({.limit = 1, .cursor = std::nullopt})).value();
    ASSERT_THAT(first.items, SizeIs(1));
    EXPECT_EQ(first.items[0].id, holding.id);
    const auto second =
        runTask(port().listUsersWithHolds({.limit = 1, .cursor = first.next_cursor})).value();
    ASSERT_THAT(second.items, SizeIs(1));
    EXPECT_EQ(second.items[0].id, granted.id);
    EXPECT_EQ(second.next_cursor, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Every, UserStoreContract, testing::ValuesIn(storeBackends()),
                         kBackendName);

}  // namespace
}  // namespace atelier::test
