#include "service/idempotent_requests.h"

#include "support/fake_clock.h"
#include "support/samples.h"
#include "unit/worker/jobs_fixture.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;

class IdempotentRequestsTest : public JobsTest {
  protected:
    Result<IdempotentRequests::Outcome> begin(const std::string& fingerprint = "f") {
        return runTask(requests_.begin({user_, "key", fingerprint, Seconds{0}}));
    }
    IdempotencyClaim claim() { return std::get<IdempotencyClaim>(begin().value()); }
    Job carryOut(const IdempotencyClaim& claim) {
        auto by = caller();
        by.job_id = claim.job_id;
        GenerateModelInput input;
        input.prompt = "someone in the rain";
        return runTask(jobs_->generateModel(by, input)).value().job;
    }

    FakeClock time_{kNow};
    IdempotentRequests requests_{*store_, *store_, time_, ids_};
};

TEST_F(IdempotentRequestsTest, TheJobHasTheIdOfTheClaim) {
    const auto first = claim();
    EXPECT_EQ(carryOut(first).id, first.job_id);
}

TEST_F(IdempotentRequestsTest, RepeatsTheAnswerForADay) {
    const auto first = claim();
    EXPECT_THAT(begin(), failsWith(ErrorCode::IdempotencyInProgress));
    EXPECT_THAT(begin("another"), failsWith(ErrorCode::IdempotencyKeyReused));
    ASSERT_THAT(runTask(requests_.keep(first, {202, {}, "the job"})), isOk());
    time_.advance(IdempotentRequests::kLife - 1ms);
    EXPECT_EQ(std::get<KeptAnswer>(begin().value()).body, "the job");
    EXPECT_THAT(begin("another"), failsWith(ErrorCode::IdempotencyKeyReused));
    time_.advance(1ms);
    EXPECT_NE(claim().job_id, first.job_id);
}

TEST_F(IdempotentRequestsTest, AFailureFreesTheKey) {
    const auto first = claim();
    ASSERT_THAT(runTask(requests_.giveUp(first)), isOk());
    EXPECT_NE(claim().job_id, first.job_id);
}

TEST_F(IdempotentRequestsTest, AFailureAfterTheJobWasMadeDoesNotFreeTheKey) {
    const auto first = claim();
    carryOut(first);
    ASSERT_THAT(runTask(requests_.giveUp(first)), isOk());
    EXPECT_THAT(begin(), failsWith(ErrorCode::IdempotencyInProgress));
}

TEST_F(IdempotentRequestsTest, AfterACrashBeforeTheJobTheRequestIsCarriedOutUnderTheSameId) {
    const auto first = claim();
    time_.advance(IdempotentRequests::kLease - 1ms);
    EXPECT_THAT(begin(), failsWith(ErrorCode::IdempotencyInProgress));
    time_.advance(1ms);
    const auto second = claim();
    EXPECT_EQ(second.job_id, first.job_id);
    EXPECT_THAT(begin(), failsWith(ErrorCode::IdempotencyInProgress));
}

TEST_F(IdempotentRequestsTest, AfterACrashBehindTheJobTheJobIsTheAnswer) {
    const auto first = claim();
    const auto job = carryOut(first);
    EXPECT_THAT(begin(), failsWith(ErrorCode::IdempotencyInProgress));
    time_.advance(IdempotentRequests::kLease);
    EXPECT_EQ(std::get<Job>(begin().value()).id, job.id);
}

TEST_F(IdempotentRequestsTest, AJobThatHasEndedIsTheAnswerAtOnce) {
    const auto job = carryOut(claim());
    run(job.id);
    EXPECT_EQ(std::get<Job>(begin().value()).status, JobStatus::Succeeded);
}

TEST_F(IdempotentRequestsTest, SweepsExpiredKeys) {
    claim();
    EXPECT_THAT(runTask(requests_.sweep()), isOkAnd(0));
    time_.advance(IdempotentRequests::kLife + 1ms);
    EXPECT_THAT(runTask(requests_.sweep()), isOkAnd(1));
}

}  // namespace
}  // namespace atelier::test
