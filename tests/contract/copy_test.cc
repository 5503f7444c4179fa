#include "service/store_copy.h"

#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A source that fails after some scans, as if the program had been killed.
class FlakySource final : public CopyStore {
  public:
    FlakySource(CopyStore& inner, int good) : inner_{inner}, good_{good} {}
    Task<Result<std::vector<StoredObject>>> scan(StoredKind kind, std::string after,
                                                 int limit) override {
        if (good_-- <= 0) co_return failure(ErrorCode::NotReady, "gone");
        auto found = co_await inner_.scan(kind, std::move(after), limit);
        co_return found;
    }
    Task<Result<std::optional<CopyProgress>>> findCopy() override { return inner_.findCopy(); }
    Task<Result<>> saveCopy(CopyProgress progress) override {
        return inner_.saveCopy(std::move(progress));
    }

  private:
    CopyStore& inner_;
    int good_;
};

/// Each store copied into each.
using Pair = std::tuple<Backend<Store>, Backend<Store>>;
class StoreCopyTest : public testing::TestWithParam<Pair> {
  protected:
    void SetUp() override {
        const auto& [from, to] = GetParam();
        for (const auto& needs : {from.needs, to.needs})
            if (!needs.empty()) GTEST_SKIP() << "needs " << needs;
        source_ = from.make(clock_);
        target_ = to.make(clock_);
    }
    Store& source() { return source_->port(); }
    Store& target() { return target_->port(); }
    static CopyStore& copyOf(Store& store) { return dynamic_cast<CopyStore&>(store); }

    Result<> copy(CopyStore& from) {
        lines_.clear();
        StoreCopy work{{from, target(), copyOf(target()), "here",
                        [this](const auto& line) { lines_.push_back(line); }}};
        return runTask(work.run());
    }
    Result<> copy() { return copy(copyOf(source())); }

    template <class T>
    static void stored(Task<Result<T>> task) {
        EXPECT_THAT(runTask(std::move(task)), isOk());
    }

    /// Everything there is in a store, by kind, as text.
    static std::multimap<StoredKind, std::string> contents(Store& store) {
        std::multimap<StoredKind, std::string> out;
        for (int kind = 0; kind <= static_cast<int>(StoredKind::WebhookDelivery); ++kind) {
            const auto objects =
                runTask(copyOf(store).scan(static_cast<StoredKind>(kind), "", 1'000)).value();
            for (const auto& object : objects)
                out.emplace(static_cast<StoredKind>(kind), boost::json::serialize(object.content));
        }
        return out;
    }

    UserId fill(int users);
    void fillAccount(const UserId& user);
    void fillWebhooks(const UserId& user);

    FakeClock clock_{kNow};
    SeqIds ids_;
    std::unique_ptr<Subject<Store>> source_;
    std::unique_ptr<Subject<Store>> target_;
    std::vector<std::string> lines_;
};

/// Fills the source with `users` users and some of everything else for the first.
UserId StoreCopyTest::fill(int users) {
    std::vector<UserId> made;
    for (int i = 0; i < users; ++i) {
        const auto user = someUser(ids_, 100);
        stored(source().insertUser(user));
        made.push_back(user.id);
    }
    const auto owner = made.front();
    const auto job = someJob(ids_, owner);
    auto line = someUsage(ids_, owner, UsageKind::Hold, job.credits_held);
    line.job_id = job.id;
    stored(source().acceptJob(job, line, 1000));
    stored(source().grant(owner, ids_.make<UsageId>(), 7, "a gift"));
    stored(source().append(someUsage(ids_, owner, UsageKind::Grant, 7)));
    auto model = someModel(ids_, owner);
    model.metadata = {{"a.b", "$c"}, {"", "empty"}};
    stored(source().insertModel(model));
    stored(source().insertGarment(someGarment(ids_, owner)));
    stored(source().insertScene(someScene(ids_)));
    for (int version = 1; version <= 3; ++version) {
        PromptConfig prompt;
        prompt.domain = "clothing";
        prompt.version = version;
        prompt.defaults.guidance = 3.0;
        stored(source().insertPrompt(prompt));
    }
    if (users > 1) stored(source().eraseUser(made.back()));
    fillAccount(owner);
    fillWebhooks(owner);
    return owner;
}

void StoreCopyTest::fillAccount(const UserId& user) {
    for (int i = 0; i < 3; ++i) {
        ApiKey key;
        key.id = ids_.make<ApiKeyId>();
        key.user_id = user;
        key.hash = "hash " + std::to_string(i);
        stored(source().insertApiKey(key, 10));
        stored(source().touchApiKey(key.id, kNow + 1h));
        LoginSession session;
        session.id = ids_.make<SessionId>();
        session.user_id = user;
        stored(source().insertSession(session));
        AuditEntry entry;
        entry.seq = i + 1;
        entry.details = {{"z", 1}, {"a", 2.5}};
        stored(source().appendAudit(entry));
        IdempotencyClaim claim;
        claim.user_id = user;
        claim.key = "key:" + std::to_string(i);
        claim.job_id = ids_.make<JobId>();
        claim.lease_until = kNow;
        claim.expires_at = kNow + 24h;
        stored(source().claimKey(claim, kNow));
        if (i == 1)
            stored(
                source().keepAnswer(user, claim.key, claim.job_id, {202, {{"x-a.b", "1"}}, "{}"}));
    }
}

void StoreCopyTest::fillWebhooks(const UserId& user) {
    Webhook webhook;
    webhook.id = ids_.make<WebhookId>();
    webhook.user_id = user;
    webhook.url = "https://shop.example/hook";
    stored(source().insertWebhook(webhook, 20));
    for (const auto* once : {"one", "two"}) {
        WebhookDelivery delivery;
        delivery.id = ids_.make<DeliveryId>();
        delivery.user_id = user;
        delivery.once = once;
        delivery.next_attempt_at = kNow;
        stored(source().insertDelivery(delivery));
    }
}

TEST_P(StoreCopyTest, CopiesEverything) {
    const auto owner = fill(3);
    ASSERT_THAT(copy(), isOk());
    target_->reopen();
    EXPECT_EQ(contents(target()), contents(source()));
    EXPECT_EQ(runTask(target().findUser(owner)).value()->creditsHeld(), 5);
    EXPECT_THAT(runTask(target().listErasing(10)), isOkAnd(testing::SizeIs(1)));
    EXPECT_THAT(runTask(target().listUsersWithHolds({})).value().items, testing::SizeIs(1));
    EXPECT_THAT(lines_, Contains("user: 3 verified"));
}

TEST_P(StoreCopyTest, ACopyThatWasCutOffGoesOn) {
    fill(450);  // three batches
    for (int good = 1; good <= 8; ++good) {
        FlakySource cut{copyOf(source()), good};
        EXPECT_THAT(copy(cut), failsWith(ErrorCode::NotReady));
        target_->reopen();
    }
    ASSERT_THAT(copy(), isOk());
    EXPECT_THAT(lines_, Not(Contains(HasSubstr("user: 450 copied"))));
    EXPECT_EQ(contents(target()), contents(source()));
    EXPECT_THAT(copy(), isOk());  // there is nothing left to do
}

TEST_P(StoreCopyTest, ATargetWithOtherDataIsLeftAlone) {
    fill(1);
    const auto other = someUser(ids_, 5);
    stored(target().insertUser(other));
    EXPECT_THAT(copy(), failsWith(ErrorCode::Conflict));
    EXPECT_EQ(contents(target()).size(), 1U);
}

TEST_P(StoreCopyTest, WhatChangedMeanwhileIsFoundOut) {
    const auto owner = fill(2);
    ASSERT_THAT(copy(), isOk());
    stored(source().hold(owner, ids_.make<JobId>(), 1));
    const auto again = copy();
    ASSERT_THAT(again, failsWith(ErrorCode::Conflict));
    EXPECT_THAT(again.error().detail, HasSubstr("user differs"));
}

TEST_P(StoreCopyTest, AnEmptyStoreIsCopiedToo) {
    EXPECT_THAT(copy(), isOk());
    EXPECT_THAT(contents(target()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Every, StoreCopyTest,
                         testing::Combine(testing::ValuesIn(storeBackends()),
                                          testing::ValuesIn(storeBackends())),
                         [](const auto& pair) {
                             return std::get<0>(pair.param).name + "To" +
                                    std::get<1>(pair.param).name;
                         });

}  // namespace
}  // namespace atelier::test
