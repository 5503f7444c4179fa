#include "unit/worker/jobs_fixture.h"

#include <sodium.h>

namespace atelier::test {

SharedBytes JobsTest::smallFigure(const Imaging& imaging) {
    const auto figure = imaging::drawDefaultFigure();
    return imaging.shrink(*figure.bytes, 512, ImageFormat::Png)->bytes;
}

JobsTest::JobsTest() : provider_{smallFigure(imaging_)} {
    EXPECT_GE(sodium_init(), 0);
    database_ = sqlite::Database::open(dir_.path()).value();
    store_ = SqliteStore::open(database_).value();
    queue_ = LocalQueue::open(database_, system_clock_).value();
    blobs_ = DiskBlobStore::open(dir_.path() / "blobs", io_pool_).value();
    audit_ = std::make_unique<AuditLog>(*store_, clock_);
    prompts_ = std::make_unique<PromptService>(*store_, prices_, *audit_, clock_);
    credits_ = std::make_unique<CreditService>(*store_, *store_, *store_, clock_, ids_);
    masks_ = std::make_unique<MaskMaker>(*blobs_, imaging_, image_pool_);
    reaper_ = std::make_unique<BlobReaper>(*store_, *blobs_, system_clock_);
    pictures_ = std::make_unique<PictureStore>(*blobs_, imaging_, image_pool_);
    assets_ = std::make_unique<AssetService>(AssetService::Parts{
        *store_, *store_, *blobs_, *reaper_, *pictures_, *masks_, clock_, ids_, ImageLimits{}});
    jobs_ = std::make_unique<JobService>(JobService::Parts{
        *store_, *queue_, *blobs_, *pictures_, events_, *credits_, *prompts_, engines_, prices_,
        imaging_, image_pool_, clock_, ids_, urls_, kMostActive});
    newOwner();
}

void JobsTest::newOwner() {
    User user;
    user.id = ids_.make<UserId>();
    user.email = user.id.str() + "@example.com";
    user.hash = "someone's";
    user.created_at = clock_.now();
    EXPECT_THAT(runTask(store_->insertUser(user)), isOk());
    user_ = user.id;
    EXPECT_THAT(runTask(credits_->grant(user_, kGranted, "for the test")), isOk());
}

JobRunner::Outcome JobsTest::run(JobId id, std::stop_token stop) {
    MaskMaker masks{*blobs_, imaging_, image_pool_};
    StageParts parts{*store_, *blobs_,   provider_, imaging_, image_pool_, *pictures_,
                     masks,   *prompts_, engines_,  events_,  clock_,      {}};
    parts.picture_link = picture_link_;
    JobRunner runner{
        std::move(parts),
        *credits_,
        {.stage_done = [](JobKind, JobStatus, Millis) {},
         .job_ended = [](const Job&) {},
         .trouble = [this](const Job&, const Error& error) { troubles_.push_back(error.code); }}};
    return runTask(runner.run(id, stop));
}

Job JobsTest::stored(JobId id) {
    return runTask(store_->findJob(id)).value().value();
}

User JobsTest::owner() {
    return runTask(store_->findUser(user_)).value().value();
}

Job JobsTest::submitModel(std::int64_t samples) {
    GenerateModelInput input;
    input.prompt = "a woman in a red coat";
    input.num_samples = samples;
    input.seed = 40;
    auto accepted = runTask(jobs_->generateModel(caller(), std::move(input)));
    EXPECT_THAT(accepted, isOk());
    return accepted->job;
}

Job JobsTest::submitTryOn() {
    UploadModel person{.image = smallFigure(imaging_)};
    UploadGarment garment{.image = imaging::drawDefaultGarment().bytes};
    TryOnInput input;
    input.model_id = runTask(assets_->uploadModel(caller(), std::move(person))).value().id;
    input.garment_id = runTask(assets_->uploadGarment(caller(), std::move(garment))).value().id;
    auto accepted = runTask(jobs_->submitTryOn(caller(), std::move(input)));
    EXPECT_THAT(accepted, isOk());
    return accepted->job;
}

void JobsTest::expectBooksBalance(Credits spent) {
    const auto user = owner();
    EXPECT_EQ(user.credits_left, kGranted - spent);
    EXPECT_TRUE(user.holds.empty());
    const auto totals = runTask(store_->totals(user_)).value();
    EXPECT_EQ(totals.granted, kGranted);
    EXPECT_EQ(totals.settled, spent);
    EXPECT_EQ(totals.held, totals.settled + totals.released);
}

}  // namespace atelier::test
