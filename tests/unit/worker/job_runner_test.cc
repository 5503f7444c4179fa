#include "worker/job_runner.h"

#include "unit/worker/jobs_fixture.h"

namespace atelier::test {
namespace {

using enum JobStatus;
using Outcome = JobRunner::Outcome;

class JobRunnerTest : public JobsTest {
  protected:
    Task<> cancelAtSecondPoll(JobId id) {
        if (provider_.poll_calls != 2) co_return;
        auto canceled = co_await jobs_->cancel(user_, id);
        EXPECT_THAT(canceled, isOk());
    }
};

TEST_F(JobRunnerTest, TakesAModelJobFromQueuedToItsModel) {
    const auto job = submitModel();
    EXPECT_EQ(run(job.id), Outcome::Done);
    const auto done = stored(job.id);
    EXPECT_EQ(done.status, Succeeded);
    EXPECT_TRUE(done.settled);
    ASSERT_TRUE(done.samples[0].model_id);
    const auto model = runTask(store_->findModel(user_, *done.samples[0].model_id)).value();
    ASSERT_TRUE(model);
    EXPECT_EQ(model->type, ModelType::Generated);
    EXPECT_EQ(model->picture.key, done.samples[0].result->key);
    expectBooksBalance(4);
}

TEST_F(JobRunnerTest, RunsATryOnThroughMaskDiptychAndPaste) {
    const auto job = submitTryOn();
    // The scripted picture is no diptych: what is checked here is what is sent and kept.
    run(job.id);
    const auto done = stored(job.id);
    ASSERT_EQ(provider_.submitted.size(), 1u);
    EXPECT_EQ(provider_.submitted[0].endpoint, "/v1/flux-pro-1.0-fill");
    EXPECT_TRUE(provider_.submitted[0].images.contains("image"));
    EXPECT_TRUE(provider_.submitted[0].images.contains("mask"));
    EXPECT_TRUE(done.provenance.mask_key);
    EXPECT_NE(done.provenance.prompt.find("top"), std::string::npos);
    EXPECT_TRUE(isTerminal(done.status));
    expectBooksBalance(done.credits_used);
}

TEST_F(JobRunnerTest, SaysTheWordsOfAGarmentThatWasDeletedSince) {
    const auto blank = submitTryOn();
    ASSERT_THAT(runTask(jobs_->cancel(user_, blank.id)), isOk());
    UploadGarment upload{.image = imaging::drawDefaultGarment().bytes};
    upload.category = Category::Footwear;
    upload.description = "red boots";
    TryOnInput input;
    input.model_id = *blank.request.model_id;
    input.garment_id = runTask(assets_->uploadGarment(caller(), std::move(upload))).value().id;
    input.engine = "vto";
    const auto job = runTask(jobs_->submitTryOn(caller(), input)).value().job;
    ASSERT_THAT(runTask(assets_->removeGarment(user_, *input.garment_id)), isOk());
    run(job.id);
    EXPECT_THAT(stored(job.id).provenance.prompt, testing::HasSubstr("red boots"));
}

TEST_F(JobRunnerTest, AJobOfAnOlderVersionFindsItsGarmentsWords) {
    auto job = submitTryOn();
    job.request.garment_words.clear();
    ASSERT_THAT(runTask(store_->updateJob(job)), isOk());
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_EQ(provider_.submitted.size(), 1U);
}

TEST_F(JobRunnerTest, ReportsNoSeedOfAnEngineThatTakesNone) {
    ChangeSceneInput input;
    input.image =
        imaging_.shrink(*imaging::drawDefaultFigure().bytes, 512, ImageFormat::Png)->bytes;
    input.operation = "outpaint";
    input.aspect_ratio = "16:9";
    const auto job = runTask(jobs_->changeScene(caller(), input)).value().job;
    auto report = ready();
    report.seed = 99;
    provider_.polls.push_back(report);
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_EQ(stored(job.id).status, Succeeded);
    EXPECT_FALSE(stored(job.id).samples[0].seed);

    input.seed = 7;
    EXPECT_THAT(runTask(jobs_->changeScene(caller(), input)),
                failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(runTask(jobs_->rerun(caller(), job.id, {.seed = 7})),
                failsWith(ErrorCode::ValidationFailed));
    const auto again = runTask(jobs_->rerun(caller(), job.id, {}));
    ASSERT_THAT(again, isOk());
    EXPECT_FALSE(again->job.samples[0].seed);
}

TEST_F(JobRunnerTest, ShrinksPicturesToWhatTheProviderTakesAndSaysSo) {
    provider_.rules.max_pixels = 100'000;
    const auto job = submitTryOn();
    run(job.id);
    ASSERT_EQ(provider_.submitted.size(), 1u);
    std::vector<Size> sizes;
    for (const auto& [_, image] : provider_.submitted[0].images)
        sizes.push_back(imaging_.normalise(*image, {.min_side = 0}).value().size);
    ASSERT_EQ(sizes.size(), 2u);
    EXPECT_EQ(sizes[0], sizes[1]) << "photo and mask must stay of one size";
    EXPECT_LE(sizes[0].width * sizes[0].height, 100'000);
    EXPECT_GE(sizes[0].width * sizes[0].height, 90'000);
    EXPECT_THAT(stored(job.id).provenance.warnings,
                testing::IsSupersetOf({testing::StartsWith("image was shrunk from "),
                                       testing::StartsWith("mask was shrunk from ")}));
}

TEST_F(JobRunnerTest, ShrinksPicturesUntilTheirBytesAreFew) {
    provider_.rules.max_bytes = 40'000;
    run(submitTryOn().id);
    ASSERT_EQ(provider_.submitted.size(), 1u);
    for (const auto& [field, image] : provider_.submitted[0].images)
        EXPECT_LE(image->size(), 40'000u) << field;
}

TEST_F(JobRunnerTest, APictureThatCannotBeMadeSmallEnoughEndsTheJobBeforeAnythingIsPaid) {
    provider_.rules.max_bytes = 10;
    const auto job = submitTryOn();
    run(job.id);
    EXPECT_EQ(stored(job.id).error->code, "image_too_many_pixels");
    EXPECT_EQ(provider_.submit_calls, 0);
    expectBooksBalance(0);
}

TEST_F(JobRunnerTest, SendsLinksInsteadOfPicturesWhereTheyAreTaken) {
    picture_link_ = [](const std::string& key) { return "https://shop.example/files/" + key; };
    run(submitTryOn().id);
    EXPECT_TRUE(provider_.submitted.at(0).images.contains("image"));
    provider_.rules.takes_url = true;
    run(submitTryOn().id);
    const auto& request = provider_.submitted.at(1);
    EXPECT_TRUE(request.images.empty());
    EXPECT_TRUE(
        request.parameters.at("image").as_string().starts_with("https://shop.example/files/"));
}

TEST_F(JobRunnerTest, CountsSeedsUpAndRecordsEachStage) {
    const auto job = submitModel(2);
    run(job.id);
    EXPECT_EQ(provider_.submitted[0].parameters.at("seed").as_int64(), 40);
    EXPECT_EQ(provider_.submitted[1].parameters.at("seed").as_int64(), 41);
    std::vector<JobStatus> seen;
    for (const auto& event : stored(job.id).events) seen.push_back(event.status);
    EXPECT_THAT(
        seen, testing::ElementsAre(Queued, Preparing, Submitting, Generating, Storing, Succeeded));
}

TEST_F(JobRunnerTest, SubmitsAgainWhatWasCertainlyNotTaken) {
    provider_.submit_failures = {ErrorCode::ProviderUnavailable, ErrorCode::ProviderBusy};
    const auto job = submitModel();
    run(job.id);
    EXPECT_EQ(stored(job.id).status, Succeeded);
    EXPECT_EQ(provider_.submit_calls, 3);
    EXPECT_EQ(provider_.submitted.size(), 1u);
}

TEST_F(JobRunnerTest, NeverRepeatsAnAmbiguousSubmit) {
    provider_.submit_failures = {ErrorCode::ProviderAmbiguous};
    const auto job = submitModel();
    run(job.id);
    const auto done = stored(job.id);
    EXPECT_EQ(done.status, Failed);
    EXPECT_EQ(done.error->code, "provider_ambiguous");
    EXPECT_THAT(done.error->message, testing::HasSubstr("or the provider failed"));
    EXPECT_EQ(provider_.submit_calls, 1);
    expectBooksBalance(0);
}

TEST_F(JobRunnerTest, AJobFoundInSubmittingWithoutATaskIsAmbiguous) {
    auto job = submitModel();
    advance(job, Preparing, clock_.now());
    advance(job, Submitting, clock_.now());
    job.provenance.endpoint = "/v1/flux-pro-1.1";
    job.samples[0].status = SampleStatus::Submitting;
    job.samples[0].submitting_since = clock_.now();
    ASSERT_THAT(runTask(store_->updateJob(job)), isOk());
    run(job.id);
    EXPECT_EQ(stored(job.id).error->code, "provider_ambiguous");
    EXPECT_EQ(provider_.submit_calls, 0);
    expectBooksBalance(0);
}

TEST_F(JobRunnerTest, GoesOnWithASubmittedTaskAfterACrash) {
    const auto job = submitModel();
    std::stop_source power_cut;
    provider_.on_poll = [&] {
        power_cut.request_stop();
        return nothing();
    };
    provider_.polls.push_back(running(0.5));
    EXPECT_EQ(run(job.id, power_cut.get_token()), Outcome::Stopped);
    EXPECT_EQ(stored(job.id).status, Generating);

    provider_.on_poll = {};
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_EQ(stored(job.id).status, Succeeded);
    EXPECT_EQ(provider_.submit_calls, 1);
    expectBooksBalance(4);
}

TEST_F(JobRunnerTest, DoesNothingTwiceWhenItRunsOnAnEndedJob) {
    const auto job = submitModel();
    run(job.id);
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_EQ(provider_.submit_calls, 1);
    expectBooksBalance(4);
}

TEST_F(JobRunnerTest, BelievesThatATaskIsGoneOnlyWhenToldRepeatedly) {
    for (int i = 0; i < 4; ++i) provider_.polls.push_back(gone());
    const auto job = submitModel();
    run(job.id);
    EXPECT_EQ(stored(job.id).status, Succeeded);

    for (int i = 0; i < 5; ++i) provider_.polls.push_back(gone());
    const auto lost = submitModel();
    run(lost.id);
    EXPECT_EQ(stored(lost.id).error->code, "provider_task_lost");
    expectBooksBalance(4);
}

TEST_F(JobRunnerTest, AsksForAFreshLinkWhenAPictureCannotBeFetched) {
    provider_.download_failures = {ErrorCode::DeliveryFailed, ErrorCode::DeliveryFailed};
    const auto job = submitModel();
    run(job.id);
    EXPECT_EQ(stored(job.id).status, Succeeded);
    EXPECT_EQ(provider_.poll_calls, 3);
}

TEST_F(JobRunnerTest, ChargesOnlyGoodSamples) {
    provider_.polls.push_back(failure(ErrorCode::ProviderModeratedOutput, "withheld"));
    const auto job = submitModel(2);
    run(job.id);
    const auto done = stored(job.id);
    EXPECT_EQ(done.status, Succeeded);
    EXPECT_EQ(done.samples[0].error->code, "provider_moderated_output");
    EXPECT_EQ(done.samples[1].status, SampleStatus::Succeeded);
    EXPECT_TRUE(provider_.open.empty());
    expectBooksBalance(4);
}

TEST_F(JobRunnerTest, LetsGoOfACanceledJob) {
    const auto job = submitModel();
    provider_.on_poll = [&] { return cancelAtSecondPoll(job.id); };
    provider_.polls = {running(0.1), running(0.2), running(0.3)};
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_EQ(stored(job.id).status, Canceled);
    EXPECT_TRUE(provider_.open.empty());
    expectBooksBalance(0);
}

TEST_F(JobRunnerTest, ACancelThatComesBeforeTheLastWriteCostsNothing) {
    const auto job = submitModel();
    bool canceled = false;
    // On the pool whose one thread makes the result next, so that the cancel is in between.
    const auto cancel = [&] {
        if (canceled || stored(job.id).status != Storing) return;
        canceled = true;
        EXPECT_THAT(runTask(jobs_->cancel(user_, job.id)), isOk());
    };
    const auto listening =
        events_.subscribe(job.id, [&] { EXPECT_TRUE(image_pool_.post(cancel)); });
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_TRUE(canceled);
    EXPECT_EQ(stored(job.id).status, Canceled);
    expectBooksBalance(0);
    EXPECT_TRUE(runTask(store_->listModels(user_, {}, {.limit = 10, .cursor = {}}))->items.empty());
}

TEST_F(JobRunnerTest, WhatIsMadeForAJobThatIsErasedMeanwhileGoesWithIt) {
    const auto job = submitModel();
    bool erased = false;
    const auto erase = [&] {
        if (erased || stored(job.id).status != Storing) return;
        erased = true;
        EXPECT_THAT(runTask(jobs_->cancel(user_, job.id)), isOk());
        EXPECT_THAT(runTask(credits_->settle(stored(job.id))), isOk());
        EXPECT_EQ(runTask(store_->removeJob(job.id)), true);
    };
    const auto listening = events_.subscribe(job.id, [&] { EXPECT_TRUE(image_pool_.post(erase)); });
    EXPECT_EQ(run(job.id), Outcome::Done);
    EXPECT_TRUE(erased);
    expectBooksBalance(0);
    EXPECT_TRUE(runTask(store_->listModels(user_, {}, {.limit = 10, .cursor = {}}))->items.empty());
}

TEST_F(JobRunnerTest, GivesUpAtTheDeadline) {
    for (int i = 0; i < 1000; ++i) provider_.polls.push_back(running(0));
    const auto job = submitModel();
    run(job.id);
    EXPECT_EQ(stored(job.id).error->code, "job_expired");
    EXPECT_TRUE(provider_.open.empty());
    expectBooksBalance(0);
}

TEST_F(JobRunnerTest, AnUnreadablePictureIsABadAnswer) {
    provider_.download_failures = {ErrorCode::ProviderBadAnswer};
    const auto job = submitModel();
    run(job.id);
    EXPECT_EQ(stored(job.id).error->code, "provider_bad_answer");
    expectBooksBalance(0);
}

TEST_F(JobRunnerTest, AJobThatNeverWasIsDone) {
    EXPECT_EQ(run(ids_.make<JobId>()), Outcome::Done);
}

}  // namespace
}  // namespace atelier::test
