#include "queue/bullmq/bullmq_queue.h"

#include "support/fake_clock.h"
#include "support/matchers.h"
#include "support/redis_keys.h"
#include "support/run_task.h"
#include "support/seq_ids.h"

namespace atelier {
namespace {

using namespace std::chrono_literals;
using test::isOk;
using test::isOkAnd;
using test::runAll;
using test::runTask;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsFalse;
using testing::IsTrue;

constexpr Millis kLease{30'000};

/// What the contract of the port does not ask: how the queue looks to BullMQ.
class BullmqQueueTest : public testing::Test {
  protected:
    void SetUp() override {
        if (std::getenv("ATELIER_TEST_REDIS_URL") == nullptr)
            GTEST_SKIP() << "needs redis-server: set ATELIER_TEST_REDIS_URL";
        keys_.emplace();
        open();
    }
    void open() {
        queue_ = BullmqQueue::open(keys_->client(), clock_, {.prefix = keys_->prefix()}).value();
    }

    redis::Reply ask(std::vector<std::string> args) {
        return runTask(keys_->client()->command(std::move(args))).value();
    }
    std::string key(const std::string& what) const {
        return keys_->prefix() + ":atelier-jobs:" + what;
    }
    std::string field(JobId job, const std::string& name) {
        return ask({"HGET", key(job.str()), name}).text;
    }

    JobId added(UserId user) {
        const auto job = ids_.make<JobId>();
        EXPECT_THAT(runTask(queue_->add(job, user)), isOk());
        return job;
    }
    std::optional<Lease> leased() { return runTask(queue_->lease(kLease, 0ms, {})).value(); }
    Lease mustLease() { return leased().value(); }

    test::FakeClock clock_;
    test::SeqIds ids_;
    UserId user_ = ids_.make<UserId>();
    UserId other_ = ids_.make<UserId>();
    std::optional<test::RedisKeys> keys_;
    std::unique_ptr<BullmqQueue> queue_;
};

TEST_F(BullmqQueueTest, WritesJobsAsBullmqDoes) {
    const auto job = added(user_);
    EXPECT_EQ(field(job, "data"),
              R"({"jobId":")" + job.str() + R"(","userId":")" + user_.str() + R"("})");
    EXPECT_EQ(field(job, "name"), "atelier");
    EXPECT_THAT(field(job, "opts"), HasSubstr(R"("attempts":0)"));
    EXPECT_EQ(field(job, "delay"), "0");
    EXPECT_EQ(ask({"ZSCORE", key("prioritized"), job.str()}).text,
              "4294967297");  // priority 1, first of its kind
    EXPECT_EQ(ask({"HGET", key("meta"), "version"}).text, "bullmq:6.7.0");
}

TEST_F(BullmqQueueTest, KeepsFinishedJobsWithAJsonResult) {
    const auto job = added(user_);
    EXPECT_THAT(runTask(queue_->ack(mustLease())), isOkAnd(IsTrue()));
    EXPECT_EQ(field(job, "returnvalue"), R"({"done":true})");
    EXPECT_EQ(ask({"ZCARD", key("completed")}).integer, 1);
    EXPECT_TRUE(ask({"GET", key(job.str() + ":lock")}).isNil());
}

TEST_F(BullmqQueueTest, RemovesFinishedJobsAfterAnHourSeveralAtOnce) {
    const auto finish = [&] {
        const auto job = added(user_);
        EXPECT_THAT(runTask(queue_->ack(mustLease())), isOkAnd(IsTrue()));
        return job;
    };
    const auto old = finish();
    clock_.advance(std::chrono::hours{1} + 1s);
    for (int i = 0; i < 16; ++i) finish();
    EXPECT_TRUE(field(old, "returnvalue").empty());
    EXPECT_EQ(ask({"ZCARD", key("completed")}).integer, 16);
}

TEST_F(BullmqQueueTest, AFinishedJobCanBeQueuedAgain) {
    const auto job = added(user_);
    EXPECT_THAT(runTask(queue_->ack(mustLease())), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(queue_->add(job, user_)), isOk());
    EXPECT_EQ(ask({"ZCARD", key("completed")}).integer, 0);
    const auto again = mustLease();
    EXPECT_EQ(again.job, job);
    EXPECT_EQ(again.attempt, 1);
}

TEST_F(BullmqQueueTest, AStrayHashDoesNotStandInTheWay) {
    const auto job = ids_.make<JobId>();
    ask({"HSET", key(job.str()), "ats", "1"});
    EXPECT_THAT(runTask(queue_->contains(job)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(queue_->add(job, user_)), isOk());
    EXPECT_EQ(mustLease().job, job);
}

TEST_F(BullmqQueueTest, AJobThatIsNotOursFailsAndTheNextIsDelivered) {
    ask({"HSET", key("17"), "name", "n", "data", "{}", "opts", "{}", "timestamp", "1", "delay", "0",
         "priority", "0"});
    ask({"LPUSH", key("wait"), "17"});
    const auto job = added(user_);
    EXPECT_EQ(mustLease().job, job);
    EXPECT_EQ(leased(), std::nullopt);
    EXPECT_THAT(ask({"HGET", key("17"), "failedReason"}).text, HasSubstr("not a job of Atelier"));
    EXPECT_EQ(ask({"ZCARD", key("failed")}).integer, 1);
}

TEST_F(BullmqQueueTest, AJobThatBullmqGaveUpIsDeliveredAllTheSame) {
    const auto job = added(user_);
    ask({"HSET", key(job.str()), "defa", "job stalled more than allowable limit"});
    EXPECT_EQ(mustLease().job, job);
    EXPECT_TRUE(ask({"HGET", key(job.str()), "defa"}).isNil());
}

TEST_F(BullmqQueueTest, GoesOnWhenRedisForgetsTheScripts) {
    const auto job = added(user_);
    ask({"SCRIPT", "FLUSH"});
    const auto lease = mustLease();
    EXPECT_EQ(lease.job, job);
    ask({"SCRIPT", "FLUSH"});
    EXPECT_THAT(runTask(queue_->ack(lease)), isOkAnd(IsTrue()));
}

TEST_F(BullmqQueueTest, ProlongsMoreLeasesThanGoIntoOneCall) {
    std::vector<Task<Result<>>> adds;
    for (int i = 0; i < 1'200; ++i) adds.push_back(queue_->add(ids_.make<JobId>(), user_));
    for (const auto& done : runAll(std::move(adds))) ASSERT_THAT(done, isOk());
    std::vector<Lease> leases;
    for (int i = 0; i < 1'200; ++i) leases.push_back(mustLease());
    ask({"DEL", key(leases[700].job.str() + ":lock")});
    EXPECT_THAT(runTask(queue_->extend(leases, kLease)), isOkAnd(ElementsAre(leases[700].job)));
}

TEST_F(BullmqQueueTest, AUserWhoComesLateNeedNotCatchUp) {
    for (int i = 0; i < 50; ++i) added(user_);
    for (int i = 0; i < 40; ++i) EXPECT_THAT(runTask(queue_->ack(mustLease())), isOkAnd(IsTrue()));
    const auto late = added(other_);
    EXPECT_THAT(runTask(queue_->position(late)), isOkAnd(testing::Optional(1)));
    const auto second = added(other_);
    EXPECT_THAT(runTask(queue_->position(second)), isOkAnd(testing::Optional(3)));
}

TEST_F(BullmqQueueTest, RemembersOnlyUsersWhoAreAhead) {
    for (int i = 0; i < 20; ++i) added(ids_.make<UserId>());
    EXPECT_EQ(ask({"ZCARD", key("atelier:fair")}).integer, 20);
    for (int i = 0; i < 20; ++i) mustLease();
    added(user_);
    EXPECT_EQ(ask({"ZCARD", key("atelier:fair")}).integer, 1);
    EXPECT_EQ(ask({"ZSCORE", key("atelier:fair"), user_.str()}).text, "1");
}

TEST_F(BullmqQueueTest, PrioritiesEndWhereBullmqsEnd) {
    const auto first = added(user_);
    ask({"ZADD", key("atelier:fair"), "2097150", user_.str()});
    const auto second = added(user_);
    const auto third = added(user_);
    EXPECT_EQ(field(second, "priority"), "2097151");
    EXPECT_EQ(field(third, "priority"), "2097151");
    EXPECT_EQ(mustLease().job, first);
    EXPECT_EQ(mustLease().job, second);
    EXPECT_EQ(mustLease().job, third);
}

TEST_F(BullmqQueueTest, AGivenBackJobGoesFirstAndADelayedOneQueuesAnew) {
    const auto back = added(user_);
    const auto later = added(user_);
    added(user_);
    const auto first = mustLease();
    EXPECT_THAT(runTask(queue_->nack(mustLease(), 5s)), isOkAnd(IsTrue()));
    EXPECT_EQ(field(later, "priority"), "4");
    EXPECT_THAT(runTask(queue_->nack(first, 0ms)), isOkAnd(IsTrue()));
    EXPECT_EQ(field(back, "priority"), "3");
}

TEST_F(BullmqQueueTest, TellsThatAnotherBullmqUsesTheQueue) {
    EXPECT_THAT(runTask(queue_->foreignVersion()), isOkAnd(testing::Eq(std::nullopt)));
    ask({"HSET", key("meta"), "version", "bullmq:6.2.0"});
    EXPECT_THAT(runTask(queue_->foreignVersion()), isOkAnd(testing::Eq(std::nullopt)));
    ask({"HSET", key("meta"), "version", "bullmq:5.81.3"});
    EXPECT_THAT(runTask(queue_->foreignVersion()),
                isOkAnd(testing::Optional(std::string{"bullmq:5.81.3"})));
}

TEST_F(BullmqQueueTest, LeavesNothingOfItsSelfTest) {
    open();
    EXPECT_THAT(ask({"KEYS", keys_->prefix() + ":atelier-self-test*"}).items, testing::IsEmpty());
}

TEST_F(BullmqQueueTest, EndsWhileSomeoneWaits) {
    std::stop_source stop;
    auto waiting = test::start(queue_->lease(kLease, 1h, stop.get_token()));
    clock_.waitForSleepers(1);
    stop.request_stop();
    EXPECT_EQ(waiting.get().value(), std::nullopt);
    queue_.reset();
}

}  // namespace
}  // namespace atelier
