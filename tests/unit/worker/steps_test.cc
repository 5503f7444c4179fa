#include <algorithm>

#include "unit/worker/jobs_fixture.h"

namespace atelier::test {
namespace {

using Outcome = JobRunner::Outcome;

/// A try-on by `vto`, then another scene by `fill`: 5 + 5 credits a sample. The provider answers
/// every task with the person's own photo.
class StepsTest : public JobsTest {
  protected:
    /// The scene's parameters after a try-on with `settings`.
    Provenance sceneAfter(std::string engine, const std::function<void(TryOnInput&)>& settings) {
        const auto input_job = submitTryOn();
        EXPECT_THAT(runTask(jobs_->cancel(user_, input_job.id)), isOk());
        TryOnInput input;
        input.model_id = *input_job.request.model_id;
        input.garment_id = input_job.request.garment_ids.front();
        input.engine = std::move(engine);
        input.scene = "a beach at sunset";
        settings(input);
        const auto accepted = runTask(jobs_->submitTryOn(caller(), std::move(input)));
        EXPECT_THAT(accepted, isOk());
        EXPECT_EQ(run(accepted->job.id), Outcome::Done);
        return stored(accepted->job.id).samples.at(0).provenance.value();
    }

    Job submit(std::int64_t samples = 1) {
        const auto input_job = submitTryOn();
        EXPECT_THAT(runTask(jobs_->cancel(user_, input_job.id)), isOk());
        TryOnInput input;
        input.model_id = *input_job.request.model_id;
        input.garment_id = input_job.request.garment_ids.front();
        input.engine = "vto";
        input.scene = "a beach at sunset";
        input.num_samples = samples;
        input.seed = 40;
        auto accepted = runTask(jobs_->submitTryOn(caller(), std::move(input)));
        EXPECT_THAT(accepted, isOk());
        return accepted->job;
    }

    std::vector<std::string> endpoints() const {
        std::vector<std::string> out;
        for (const auto& request : provider_.submitted) out.push_back(request.endpoint);
        return out;
    }
};

TEST_F(StepsTest, RunsBothStepsForOnePrice) {
    const auto job = submit(2);
    EXPECT_EQ(job.credits_held, 20);
    EXPECT_EQ(run(job.id), Outcome::Done);
    const auto done = stored(job.id);
    EXPECT_EQ(done.status, JobStatus::Succeeded);
    EXPECT_THAT(endpoints(),
                testing::ElementsAre("/v1/flux-tools/vto-v2", "/v1/flux-tools/vto-v2",
                                     "/v1/flux-pro-1.0-fill", "/v1/flux-pro-1.0-fill"));
    for (const auto& sample : done.samples) {
        ASSERT_EQ(sample.earlier.size(), 1U);
        EXPECT_EQ(sample.step, 1);
        EXPECT_NE(sample.task_id, sample.earlier[0].task_id);
        ASSERT_TRUE(sample.provenance);
        EXPECT_EQ(sample.provenance->inputs.at("person"), sample.earlier[0].result.key);
        EXPECT_EQ(sample.provenance->inputs.at("original"), done.provenance.inputs.at("person"));
        EXPECT_THAT(sample.provenance->prompt, testing::HasSubstr("a beach at sunset"));
    }
    EXPECT_THAT(done.provenance.prompt, testing::Not(testing::HasSubstr("beach")));
    EXPECT_TRUE(provider_.open.empty());
    expectBooksBalance(20);
}

TEST_F(StepsTest, SettingsOnAnotherScaleStayWithTheFirstStep) {
    const auto scene = sceneAfter("flux-2-flex", [](TryOnInput& in) {
        in.safety_tolerance = 5;
        in.guidance = 3;
        in.steps = 5;
    });
    EXPECT_EQ(scene.parameters.at("safety_tolerance").to_number<int>(), 5);
    const auto* steps = scene.parameters.if_contains("steps");
    EXPECT_TRUE(steps == nullptr || steps->to_number<int>() >= 15);
    EXPECT_THAT(scene.warnings,
                testing::IsSupersetOf({"guidance is for the first step only, not for the scene",
                                       "steps is for the first step only, not for the scene"}));
}

TEST_F(StepsTest, ThePhotoThatATryOnBeganWithMayBeGone) {
    const auto done = stored(submit().id);
    const auto person = done.provenance.inputs.at("person");
    const auto plain = runTask(masks_->backgroundFor(person, {}));
    ASSERT_THAT(plain, isOk());
    const auto gone = std::string(64, 'a') + ".png";
    const auto without = runTask(masks_->backgroundFor(person, gone));
    ASSERT_THAT(without, isOk());
    EXPECT_EQ(without->key, plain->key);
}

TEST_F(StepsTest, GoesOnWithTheSecondTaskAfterACrash) {
    const auto job = submit();
    std::stop_source power_cut;
    provider_.on_poll = [&] {
        if (provider_.submitted.size() == 2) power_cut.request_stop();
        return nothing();
    };
    provider_.polls.push_back(ready());
    provider_.polls.push_back(running(0.5));
    EXPECT_EQ(run(job.id, power_cut.get_token()), Outcome::Stopped);
    const auto cut = stored(job.id);
    EXPECT_EQ(cut.status, JobStatus::Generating);
    EXPECT_EQ(cut.samples[0].step, 1);

    provider_.on_poll = {};
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_EQ(stored(job.id).status, JobStatus::Succeeded);
    EXPECT_EQ(provider_.submit_calls, 2);
    expectBooksBalance(10);
}

TEST_F(StepsTest, ASecondSubmitThatMayHaveArrivedIsNotRepeated) {
    const auto job = submit();
    provider_.on_poll = [&] {
        if (provider_.submitted.size() == 1)
            provider_.submit_failures = {ErrorCode::ProviderAmbiguous};
        return nothing();
    };
    run(job.id);
    const auto done = stored(job.id);
    EXPECT_EQ(done.status, JobStatus::Failed);
    EXPECT_EQ(done.error->code, "provider_ambiguous");
    EXPECT_EQ(provider_.submit_calls, 2);
    expectBooksBalance(0);
}

TEST_F(StepsTest, ChargesASampleOnlyWhenBothStepsWentWell) {
    const auto job = submit(2);
    provider_.polls.push_back(failure(ErrorCode::ProviderModeratedOutput, "withheld"));
    run(job.id);
    const auto done = stored(job.id);
    EXPECT_EQ(done.status, JobStatus::Succeeded);
    EXPECT_EQ(std::ranges::count(done.samples, SampleStatus::Succeeded, &Sample::status), 1);
    EXPECT_EQ(provider_.submitted.size(), 3U);
    expectBooksBalance(10);
}

TEST_F(StepsTest, CancelsInTheSecondStep) {
    const auto job = submit();
    provider_.on_poll = [&]() -> Task<> {
        if (provider_.submitted.size() != 2) return nothing();
        return [](JobService& jobs, UserId user, JobId id) -> Task<> {
            auto canceled = co_await jobs.cancel(user, id);
            EXPECT_THAT(canceled, isOk());
        }(*jobs_, user_, job.id);
    };
    run(job.id);
    EXPECT_EQ(stored(job.id).status, JobStatus::Canceled);
    EXPECT_TRUE(provider_.open.empty());
    expectBooksBalance(0);
}

TEST_F(StepsTest, TakesTheModelOfACanceledJobAway) {
    const auto job = submitModel();
    run(job.id);
    // As if the cancel had come between the model's insertion and the terminal write.
    auto raced = stored(job.id);
    const auto model = *raced.samples[0].model_id;
    ASSERT_TRUE(runTask(store_->findModel(user_, model)).value());
    raced.status = JobStatus::Canceled;
    raced.samples[0].status = SampleStatus::Failed;
    ASSERT_THAT(runTask(store_->updateJob(raced)), isOk());
    run(job.id);
    EXPECT_FALSE(runTask(store_->findModel(user_, model)).value());
}

}  // namespace
}  // namespace atelier::test
