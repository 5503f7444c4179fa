#include "store/mongo/mongo_store.h"
#include "support/matchers.h"
#include "support/mongo_database.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "support/temp_dir.h"
#include "unit/store_mongo/mongo_process.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;
using testing::Eq;

/// A server that goes away and comes back.
class MongoFaultTest : public testing::Test {
  protected:
    void SetUp() override {
        if (mongoServer().empty())
            GTEST_SKIP() << "needs mongo-java-server: set ATELIER_TEST_MONGODB_URI";
        ASSERT_TRUE(server_.start());
        store_ =
            MongoStore::open(
                server_.uri(
                    "serverSelectionTimeoutMS=2000&socketTimeoutMS=3000&connectTimeoutMS=2000"))
                .value();
        user_ = someUser(ids_, 100);
        ASSERT_THAT(runTask(store_->insertUser(user_)), isOk());
    }

    /// Waits until the store answers again.
    bool recovers() {
        const auto deadline = Deadline::after(30s);
        while (!deadline.expired())
            if (runTask(store_->ping())) return true;
        return false;
    }

    TempDir dir_;
    MongoProcess server_{dir_.path() / "mongo.h2"};
    SeqIds ids_;
    User user_;
    std::unique_ptr<MongoStore> store_;
};

TEST_F(MongoFaultTest, AKilledServerIsNotReadyUntilItIsBackWithItsData) {
    const auto job = ids_.make<JobId>();
    EXPECT_THAT(runTask(store_->hold(user_.id, job, 5)), isOkAnd(Eq(95)));
    server_.kill();
    EXPECT_THAT(runTask(store_->findUser(user_.id)), failsWith(ErrorCode::NotReady));
    EXPECT_THAT(runTask(store_->hold(user_.id, ids_.make<JobId>(), 5)),
                failsWith(ErrorCode::NotReady));
    ASSERT_TRUE(server_.start());
    ASSERT_TRUE(recovers());
    EXPECT_THAT(runTask(store_->hold(user_.id, job, 5)), isOkAnd(Eq(95)));
    EXPECT_EQ(runTask(store_->findUser(user_.id)).value()->holds.at(job.str()), 5);
}

TEST_F(MongoFaultTest, CallsUnderWayDuringAKillEndAndNoAcknowledgedHoldIsLost) {
    std::vector<JobId> jobs;
    std::vector<std::future<Result<Credits>>> holds;
    for (int i = 0; i < 100; ++i) {
        jobs.push_back(ids_.make<JobId>());
        holds.push_back(start(store_->hold(user_.id, jobs.back(), 1)));
        if (i == 50) holds.front().wait();
    }
    server_.kill();
    std::vector<JobId> acknowledged;
    for (std::size_t i = 0; i < holds.size(); ++i) {
        const auto held = holds[i].get();
        if (held) {
            acknowledged.push_back(jobs[i]);
        } else {
            EXPECT_THAT(held, failsWith(ErrorCode::NotReady));
        }
    }
    EXPECT_GE(acknowledged.size(), 1U);
    ASSERT_TRUE(server_.start());
    ASSERT_TRUE(recovers());
    const auto user = runTask(store_->findUser(user_.id)).value().value();
    for (const auto& job : acknowledged) EXPECT_TRUE(user.holds.contains(job.str()));
    EXPECT_EQ(user.credits_left + user.creditsHeld(), 100);
}

TEST_F(MongoFaultTest, AHungServerIsATimeout) {
    server_.pause();
    const auto before = std::chrono::steady_clock::now();
    EXPECT_THAT(runTask(store_->findUser(user_.id)), failsWith(ErrorCode::NotReady));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 15s);
    server_.resume();
    ASSERT_TRUE(recovers());
    EXPECT_EQ(runTask(store_->findUser(user_.id)).value()->credits_left, 100);
}

}  // namespace
}  // namespace atelier::test
