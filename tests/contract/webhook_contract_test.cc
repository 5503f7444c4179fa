#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::IsFalse;
using testing::IsTrue;
using testing::SizeIs;

class WebhookContract : public PortContract<Store> {
  protected:
    Webhook webhookOf(UserId user) {
        Webhook webhook;
        webhook.id = ids_.make<WebhookId>();
        webhook.user_id = user;
        webhook.url = "https://shop.example/in";
        webhook.events = {"job.succeeded"};
        webhook.created_at = kNow;
        EXPECT_THAT(runTask(port().insertWebhook(webhook, 20)), isOkAnd(IsTrue()));
        return webhook;
    }
    WebhookDelivery draft(UserId user, const std::string& once, Instant due = kNow) {
        WebhookDelivery delivery;
        delivery.id = ids_.make<DeliveryId>();
        delivery.user_id = user;
        delivery.once = once;
        delivery.event = "job.succeeded";
        delivery.data = {{"creditsLeft", 3}};
        delivery.created_at = kNow;
        delivery.next_attempt_at = due;
        return delivery;
    }
    WebhookDelivery stored(WebhookDelivery delivery) {
        EXPECT_THAT(runTask(port().insertDelivery(delivery)), isOkAnd(IsTrue()));
        return delivery;
    }
    std::vector<DeliveryId> due(Instant now, std::vector<UserId> except = {}, int limit = 10) {
        std::vector<DeliveryId> ids;
        const auto found = runTask(port().listDueDeliveries(now, std::move(except), limit)).value();
        for (const auto& one : found) ids.push_back(one.id);
        return ids;
    }
    template <class T>
    static std::string text(const T& object) {
        return json::write(object);
    }

    UserId ada_ = ids_.make<UserId>();
    UserId bob_ = ids_.make<UserId>();
};

TEST_P(WebhookContract, KeepsWebhooksForTheirOwner) {
    const auto first = webhookOf(ada_);
    const auto second = webhookOf(ada_);
    reopen();
    EXPECT_EQ(text(*runTask(port().findWebhook(ada_, first.id)).value()), text(first));
    EXPECT_THAT(runTask(port().findWebhook(bob_, first.id)), isOkAnd(Eq(std::nullopt)));
    const auto all = runTask(port().listWebhooks(ada_)).value();
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all.front().id, second.id);
    EXPECT_THAT(runTask(port().removeWebhook(bob_, first.id)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().removeWebhook(ada_, first.id)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().listWebhooks(ada_)).value(), SizeIs(1));
}

TEST_P(WebhookContract, NoMoreThanAllowedAlsoAtTheSameTime) {
    webhookOf(bob_);
    const auto first = webhookOf(ada_);
    std::vector<Task<Result<bool>>> inserts;
    for (int i = 0; i < 20; ++i) {
        Webhook webhook;
        webhook.id = ids_.make<WebhookId>();
        webhook.user_id = ada_;
        inserts.push_back(port().insertWebhook(webhook, 7));
    }
    const auto results = runAll(std::move(inserts));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& made) { return made.value(); }), 6);
    EXPECT_THAT(runTask(port().listWebhooks(ada_)), isOkAnd(SizeIs(7)));
    EXPECT_THAT(runTask(port().insertWebhook(first, 20)), failsWith(ErrorCode::Conflict));
    // A place that becomes free may be taken; changes keep theirs.
    EXPECT_THAT(runTask(port().updateWebhook(first)), isOk());
    EXPECT_THAT(runTask(port().removeWebhook(ada_, first.id)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().insertWebhook(first, 7)), isOkAnd(IsTrue()));
}

TEST_P(WebhookContract, OfRacingChangesOneWins) {
    const auto webhook = webhookOf(ada_);
    std::vector<Task<Result<std::int64_t>>> changes;
    for (int i = 0; i < 10; ++i) changes.push_back(port().updateWebhook(webhook));
    const auto results = runAll(std::move(changes));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& r) { return r.has_value(); }), 1);
    EXPECT_EQ((*runTask(port().findWebhook(ada_, webhook.id)).value()).version, 1);
    Webhook missing;
    missing.id = ids_.make<WebhookId>();
    EXPECT_THAT(runTask(port().updateWebhook(missing)), failsWith(ErrorCode::NotFound));
}

TEST_P(WebhookContract, StoresADeliveryOnce) {
    const auto delivery = stored(draft(ada_, "job.succeeded:1"));
    EXPECT_THAT(runTask(port().insertDelivery(draft(ada_, "job.succeeded:1"))), isOkAnd(IsFalse()));
    reopen();
    EXPECT_EQ(text(*runTask(port().findDelivery(delivery.id)).value()), text(delivery));
    EXPECT_THAT(runTask(port().findDelivery(ids_.make<DeliveryId>())), isOkAnd(Eq(std::nullopt)));
}

TEST_P(WebhookContract, ListsWhatIsDueTheLongestOverdueFirst) {
    const auto later = stored(draft(ada_, "a", kNow + 2s));
    const auto sooner = stored(draft(bob_, "b", kNow + 1s));
    const auto future = stored(draft(ada_, "c", kNow + 1h));
    EXPECT_THAT(due(kNow + 2s), ElementsAre(sooner.id, later.id));
    EXPECT_THAT(due(kNow + 2s, {bob_}), ElementsAre(later.id));
    EXPECT_THAT(due(kNow + 2s, {bob_, ada_}), IsEmpty());
    EXPECT_THAT(due(kNow + 2s, {}, 1), ElementsAre(sooner.id));
    EXPECT_THAT(due(kNow), IsEmpty());
}

TEST_P(WebhookContract, ADeliveryIsClaimedOnceAndEndsInTheLog) {
    auto webhook = webhookOf(ada_);
    auto delivery = draft(ada_, "a");
    delivery.webhook_id = webhook.id;
    stored(delivery);
    delivery.next_attempt_at = kNow + 60s;
    EXPECT_THAT(runTask(port().updateDelivery(delivery)), isOkAnd(Eq(1)));
    EXPECT_THAT(runTask(port().updateDelivery(delivery)), failsWith(ErrorCode::Conflict));
    EXPECT_THAT(due(kNow), IsEmpty());
    delivery.version = 1;
    delivery.status = DeliveryStatus::Delivered;
    delivery.next_attempt_at.reset();
    EXPECT_THAT(runTask(port().updateDelivery(delivery)), isOkAnd(Eq(2)));
    EXPECT_THAT(due(kNow + 1h), IsEmpty());
    const auto page = runTask(port().listDeliveries(webhook.id, {})).value();
    ASSERT_THAT(page.items, SizeIs(1));
    EXPECT_EQ(page.items.front().status, DeliveryStatus::Delivered);
    EXPECT_THAT(runTask(port().updateDelivery(draft(ada_, "x"))), failsWith(ErrorCode::NotFound));
}

TEST_P(WebhookContract, ListsWhatIsAboutAJobToWhomeverItGoes) {
    const auto job = ids_.make<JobId>();
    auto to_webhook = draft(ada_, "a");
    to_webhook.webhook_id = webhookOf(ada_).id;
    to_webhook.job_id = job;
    auto to_own_address = draft(ada_, "b");
    to_own_address.job_id = job;
    auto of_another = draft(ada_, "c");
    of_another.job_id = ids_.make<JobId>();
    stored(draft(ada_, "d"));  // about no job
    for (const auto& one : {to_webhook, to_own_address, of_another}) stored(one);
    const auto first = runTask(port().listJobDeliveries(job, {.limit = 1})).value();
    ASSERT_THAT(first.items, SizeIs(1));
    EXPECT_EQ(first.items.front().id, to_own_address.id);
    ASSERT_TRUE(first.next_cursor);
    const auto rest =
        runTask(port().listJobDeliveries(job, {.limit = 1, .cursor = *first.next_cursor})).value();
    ASSERT_THAT(rest.items, SizeIs(1));
    EXPECT_EQ(rest.items.front().id, to_webhook.id);
    EXPECT_FALSE(rest.next_cursor);
}

TEST_P(WebhookContract, DeliveriesGoWithTheirWebhookAndWithTheirUser) {
    const auto webhook = webhookOf(ada_);
    auto delivery = draft(ada_, "a");
    delivery.webhook_id = webhook.id;
    stored(delivery);
    const auto of_a_job = stored(draft(ada_, "b"));
    const auto of_another = stored(draft(bob_, "c"));
    EXPECT_THAT(runTask(port().removeWebhook(ada_, webhook.id)), isOkAnd(IsTrue()));
    EXPECT_THAT(due(kNow), ElementsAre(of_a_job.id, of_another.id));
    EXPECT_THAT(runTask(port().removeWebhooks(ada_)), isOk());
    EXPECT_THAT(due(kNow), ElementsAre(of_another.id));
}

TEST_P(WebhookContract, OldDeliveriesAreSweptUnlessTheyArePending) {
    stored(draft(ada_, "pending"));
    auto done = stored(draft(ada_, "done"));
    done.status = DeliveryStatus::Failed;
    done.next_attempt_at.reset();
    EXPECT_THAT(runTask(port().updateDelivery(done)), isOk());
    EXPECT_THAT(runTask(port().removeDeliveries(kNow, 10)), isOkAnd(Eq(0)));
    EXPECT_THAT(runTask(port().removeDeliveries(kNow + 1ms, 10)), isOkAnd(Eq(1)));
    EXPECT_THAT(runTask(port().findDelivery(done.id)), isOkAnd(Eq(std::nullopt)));
}

TEST_P(WebhookContract, ListsEndedJobsUntilTheyAreAnnounced) {
    auto job = someJob(ids_, ada_);
    EXPECT_THAT(runTask(port().insertJob(job)), isOk());
    EXPECT_THAT(runTask(port().listUnannounced(10)).value(), IsEmpty());
    abandon(job, JobStatus::Canceled, Error{ErrorCode::Canceled, "canceled"}, kNow);
    job.version = runTask(port().updateJob(job)).value();
    EXPECT_THAT(runTask(port().listUnannounced(10)).value(), IsEmpty());
    job.settled = true;
    job.version = runTask(port().updateJob(job)).value();
    ASSERT_THAT(runTask(port().listUnannounced(10)).value(), SizeIs(1));
    job.announced = true;
    EXPECT_THAT(runTask(port().updateJob(job)), isOk());
    EXPECT_THAT(runTask(port().listUnannounced(10)).value(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Every, WebhookContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
