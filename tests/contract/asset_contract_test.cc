#include "contract/backends.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "util/json.h"

namespace atelier::test {
namespace {

using testing::Eq;
using testing::IsFalse;
using testing::IsTrue;
using testing::SizeIs;

class AssetContract : public PortContract<Store> {
  protected:
    Model stored(Model model) {
        EXPECT_THAT(runTask(port().insertModel(model)), isOk());
        return model;
    }
    Garment stored(Garment garment) {
        EXPECT_THAT(runTask(port().insertGarment(garment)), isOk());
        return garment;
    }
    bool referenced(const std::string& key) {
        return runTask(port().isBlobReferenced(key)).value();
    }

    UserId user_ = ids_.make<UserId>();
    UserId stranger_ = ids_.make<UserId>();
};

TEST_P(AssetContract, KeepsEveryFieldOfModelsAndGarments) {
    auto model = someModel(ids_, user_);
    model.type = ModelType::Generated;
    model.name = "Ada \"the\" Ångström 👗";
    model.job_id = ids_.make<JobId>();
    auto garment = someGarment(ids_, user_);
    garment.photo_type = PhotoType::OnModel;
    garment.description = std::string{"with a NUL \0 inside", 19};
    stored(model);
    stored(garment);
    reopen();
    EXPECT_EQ(json::write(runTask(port().findModel(user_, model.id)).value().value()),
              json::write(model));
    EXPECT_EQ(json::write(runTask(port().findGarment(user_, garment.id)).value().value()),
              json::write(garment));
}

TEST_P(AssetContract, InsertingAgainChangesNothing) {
    auto model = stored(someModel(ids_, user_));
    auto garment = stored(someGarment(ids_, user_));
    model.name = "other";
    garment.name = "other";
    stored(model);
    stored(garment);
    EXPECT_EQ(runTask(port().findModel(user_, model.id)).value()->name, std::nullopt);
    EXPECT_EQ(runTask(port().findGarment(user_, garment.id)).value()->name, "red shirt");
}

TEST_P(AssetContract, AnotherUsersObjectsAreAsGoodAsMissing) {
    const auto model = stored(someModel(ids_, user_));
    const auto garment = stored(someGarment(ids_, user_));
    EXPECT_EQ(runTask(port().findModel(stranger_, model.id)).value(), std::nullopt);
    EXPECT_EQ(runTask(port().findGarment(stranger_, garment.id)).value(), std::nullopt);
    EXPECT_THAT(runTask(port().removeModel(stranger_, model.id)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().removeGarment(stranger_, garment.id)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().listModels(stranger_, std::nullopt, {})).value().items, SizeIs(0));
    EXPECT_THAT(runTask(port().listGarments(stranger_, std::nullopt, {})).value().items, SizeIs(0));
}

TEST_P(AssetContract, RemovesOnce) {
    const auto model = stored(someModel(ids_, user_));
    EXPECT_THAT(runTask(port().removeModel(user_, model.id)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().removeModel(user_, model.id)), isOkAnd(IsFalse()));
}

TEST_P(AssetContract, ListsByTypeAndCategory) {
    auto generated = someModel(ids_, user_);
    generated.type = ModelType::Generated;
    stored(generated);
    stored(someModel(ids_, user_));
    auto dress = someGarment(ids_, user_);
    dress.category = Category::Dress;
    stored(dress);
    stored(someGarment(ids_, user_));

    const auto models = runTask(port().listModels(user_, ModelType::Generated, {})).value();
    ASSERT_THAT(models.items, SizeIs(1));
    EXPECT_EQ(models.items[0].id, generated.id);
    const auto garments = runTask(port().listGarments(user_, Category::Dress, {})).value();
    ASSERT_THAT(garments.items, SizeIs(1));
    EXPECT_EQ(garments.items[0].id, dress.id);
    EXPECT_THAT(runTask(port().listGarments(user_, std::nullopt, {})).value().items, SizeIs(2));
}

TEST_P(AssetContract, PagesThroughNewestFirst) {
    std::vector<ModelId> newest_first;
    for (int i = 0; i < 5; ++i)
        newest_first.insert(newest_first.begin(), stored(someModel(ids_, user_)).id);
    const auto first =
        runTask(port().listModels(user_, std::nullopt, {.limit = 4, .cursor = std::nullopt}))
            .value();
    ASSERT_THAT(first.items, SizeIs(4));
    EXPECT_EQ(first.next_cursor, newest_first[3].str());
    const auto second =
        runTask(port().listModels(user_, std::nullopt, {.limit = 4, .cursor = first.next_cursor}))
            .value();
    ASSERT_THAT(second.items, SizeIs(1));
    EXPECT_EQ(second.items[0].id, newest_first[4]);
    EXPECT_THAT(runTask(port().listGarments(user_, std::nullopt, {.limit = 4, .cursor = ""})),
                failsWith(ErrorCode::ValidationFailed));
}

TEST_P(AssetContract, ABlobIsReferencedWhileAnythingShowsIt) {
    const auto model = stored(someModel(ids_, user_));
    auto twin = someGarment(ids_, stranger_);
    twin.picture = model.picture;
    stored(twin);
    EXPECT_TRUE(referenced(model.picture.key));
    EXPECT_TRUE(referenced(model.picture.thumb_key));
    runTask(port().removeModel(user_, model.id)).value();
    EXPECT_TRUE(referenced(model.picture.key));
    runTask(port().removeGarment(stranger_, twin.id)).value();
    EXPECT_FALSE(referenced(model.picture.key));
    EXPECT_FALSE(referenced(model.picture.thumb_key));
}

TEST_P(AssetContract, ABlobIsReferencedByTheJobThatUsedOrMadeIt) {
    const auto key = [](char c) { return std::string(64, c) + ".png"; };
    auto job = someJob(ids_, user_);
    job.provenance.inputs["person"] = key('a');
    runTask(port().insertJob(job)).value();
    EXPECT_TRUE(referenced(key('a')));
    EXPECT_FALSE(referenced(key('b')));
    job.provenance.images["image"] = key('b');
    job.provenance.mask_key = key('c');
    job.samples[0].raw_key = key('d');
    job.samples[0].result = Picture{key('e'), key('f'), 1, 1, "image/png", 1, ""};
    conclude(job, kNow);
    job.settled = true;
    job.version = runTask(port().updateJob(job)).value();
    for (const char c : {'a', 'b', 'c', 'd', 'e', 'f'}) EXPECT_TRUE(referenced(key(c))) << c;
    EXPECT_THAT(runTask(port().removeJob(job.id)), isOkAnd(IsTrue()));
    for (const char c : {'a', 'b', 'c', 'd', 'e', 'f'}) EXPECT_FALSE(referenced(key(c))) << c;
}

TEST_P(AssetContract, ListsWhatIsOld) {
    const auto made = [](auto object, Instant at) {
        object.id = decltype(object.id){Uuid::v7(at)};
        return object;
    };
    const auto old = stored(made(someModel(ids_, user_), kNow));
    auto generated = made(someModel(ids_, user_), kNow + Millis{1});
    generated.type = ModelType::Generated;
    stored(generated);
    stored(made(someModel(ids_, stranger_), kNow + Millis{20}));
    const auto garment = stored(made(someGarment(ids_, stranger_), kNow));
    const auto before = kNow + Millis{10};
    const auto uploaded = runTask(port().listModelsBefore(ModelType::Uploaded, before, 10)).value();
    ASSERT_THAT(uploaded, SizeIs(1));
    EXPECT_EQ(uploaded[0].id, old.id);
    EXPECT_THAT(runTask(port().listModelsBefore(ModelType::Generated, before, 10)).value(),
                SizeIs(1));
    EXPECT_EQ(runTask(port().listGarmentsBefore(before, 10)).value().at(0).id, garment.id);
    EXPECT_THAT(runTask(port().listGarmentsBefore(kNow - Millis{1}, 10)).value(), SizeIs(0));
}

INSTANTIATE_TEST_SUITE_P(Every, AssetContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
