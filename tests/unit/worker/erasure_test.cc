#include "service/erasure.h"

#include "unit/worker/jobs_fixture.h"

namespace atelier::test {
namespace {

using namespace std::chrono_literals;

class ErasureTest : public JobsTest {
  protected:
    bool there(const std::string& key) { return runTask(blobs_->stat(key)).value().has_value(); }
    std::size_t blobs() { return runTask(blobs_->list("", 1000)).value().size(); }

    Erasure erasure_{{*store_, *jobs_, *credits_, *reaper_}};
};

TEST_F(ErasureTest, AUserAndAllPicturesGoAndTheLedgerStays) {
    const auto job = submitTryOn();
    run(job.id);
    const auto made = submitModel();
    run(made.id);
    const auto spent = stored(job.id).credits_used + stored(made.id).credits_used;
    ASSERT_GT(spent, 0);
    submitModel();  // still queued when its owner goes
    ASSERT_GT(blobs(), 0u);
    ASSERT_THAT(runTask(erasure_.eraseUser(user_)), isOk());
    EXPECT_THAT(runTask(store_->findJob(job.id)), isOkAnd(testing::Eq(std::nullopt)));
    EXPECT_THAT(runTask(store_->listModels(user_, std::nullopt, {})).value().items,
                testing::IsEmpty());
    expectBooksBalance(spent);
    EXPECT_EQ(blobs(), 0u);
    EXPECT_THAT(runTask(erasure_.eraseUser(user_)), isOk());
}

TEST_F(ErasureTest, UploadsGoByAgeButNotWhatAJobShows) {
    const auto job = submitTryOn();
    run(job.id);
    const auto ended = stored(job.id);
    const auto person = ended.provenance.inputs.at("person");
    EXPECT_THAT(runTask(erasure_.eraseUploads(clock_.now() - 24h)), isOkAnd(0));
    EXPECT_THAT(runTask(erasure_.eraseUploads(clock_.now() + 1s)), isOkAnd(2));
    EXPECT_TRUE(there(person));
    EXPECT_THAT(runTask(erasure_.eraseResults(clock_.now() - 24h)), isOkAnd(0));
    EXPECT_THAT(runTask(erasure_.eraseResults(clock_.now() + 1s)), isOkAnd(1));
    EXPECT_FALSE(there(person));
    expectBooksBalance(ended.credits_used);
}

TEST_F(ErasureTest, AnUploadUnderWayGoesWithItsAccount) {
    const auto uploader = caller();
    ASSERT_THAT(runTask(store_->eraseUser(user_)), isOk());
    ASSERT_THAT(runTask(erasure_.eraseUser(user_)), isOk());
    UploadModel person{.image = smallFigure(imaging_)};
    EXPECT_THAT(runTask(assets_->uploadModel(uploader, std::move(person))),
                failsWith(ErrorCode::Unauthenticated));
    UploadGarment garment{.image = imaging::drawDefaultGarment().bytes};
    EXPECT_THAT(runTask(assets_->uploadGarment(uploader, std::move(garment))),
                failsWith(ErrorCode::Unauthenticated));
    EXPECT_TRUE(runTask(store_->listModels(user_, std::nullopt, {})).value().items.empty());
    EXPECT_TRUE(runTask(store_->listGarments(user_, std::nullopt, {})).value().items.empty());
    EXPECT_EQ(blobs(), 0u);
}

TEST_F(ErasureTest, TheSweepTakesWhatNothingRefersToOnceItIsOld) {
    const auto job = submitTryOn();
    run(job.id);
    const auto kept = blobs();
    const auto stray = runTask(blobs_->put(share("stray"), "png")).value();
    EXPECT_THAT(runTask(reaper_->sweep(1h)), isOkAnd(0));
    EXPECT_THAT(runTask(reaper_->sweep(-1h)), isOkAnd(1));
    EXPECT_FALSE(there(stray));
    EXPECT_EQ(blobs(), kept);
}

TEST_F(ErasureTest, AMaskThatWasOnlyLookedAtIsNotKept) {
    UploadModel person{.image = smallFigure(imaging_)};
    const auto model = runTask(assets_->uploadModel(caller(), std::move(person))).value();
    const auto stored = blobs();
    const auto look = [&] {
        return *runTask(assets_->maskPreview(user_, model.id, Category::UpperBody)).value();
    };
    const auto first = look();
    EXPECT_EQ(look(), first);
    EXPECT_EQ(blobs(), stored);
    // A try-on stores the very same.
    const auto mask = runTask(masks_->maskFor(model.picture.key, Category::UpperBody)).value();
    EXPECT_EQ(*runTask(blobs_->get(mask.key)).value(), first);
    EXPECT_EQ(look(), first);
}

TEST_F(ErasureTest, AMaskThatWasSweptIsMadeAgain) {
    const auto job = submitTryOn();
    const auto person = job.provenance.inputs.at("person");
    const auto mask = runTask(masks_->maskFor(person, Category::UpperBody)).value();
    ASSERT_THAT(runTask(blobs_->remove(mask.key)), isOk());
    EXPECT_EQ(runTask(masks_->maskFor(person, Category::UpperBody)).value().key, mask.key);
    EXPECT_TRUE(there(mask.key));
}

}  // namespace
}  // namespace atelier::test
