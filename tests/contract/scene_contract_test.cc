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

class SceneContract : public PortContract<Store> {
  protected:
    Scene stored(Scene scene) {
        EXPECT_THAT(runTask(port().insertScene(scene)), isOk());
        return scene;
    }
    Page<Scene> list(std::optional<std::string> domain, PageRequest page = {}) {
        return runTask(port().listScenes(std::move(domain), std::move(page))).value();
    }
    bool referenced(const std::string& key) {
        return runTask(port().isBlobReferenced(key)).value();
    }
};

TEST_P(SceneContract, KeepsEveryField) {
    auto full = someScene(ids_);
    full.name = "Plage \"d'été\" 🌅";
    auto bare = someScene(ids_);
    bare.prompt.reset();
    bare.picture.reset();
    stored(full);
    stored(bare);
    reopen();
    EXPECT_EQ(json::write(runTask(port().findScene(full.id)).value().value()), json::write(full));
    EXPECT_EQ(json::write(runTask(port().findScene(bare.id)).value().value()), json::write(bare));
}

TEST_P(SceneContract, AnUnknownOneIsNoError) {
    EXPECT_THAT(runTask(port().findScene(ids_.make<SceneId>())), isOkAnd(Eq(std::nullopt)));
    EXPECT_THAT(runTask(port().removeScene(ids_.make<SceneId>())), isOkAnd(IsFalse()));
}

TEST_P(SceneContract, NamesAreUniqueWithinADomain) {
    const auto first = stored(someScene(ids_));
    auto twin = someScene(ids_);
    twin.name = first.name;
    EXPECT_THAT(runTask(port().insertScene(twin)), failsWith(ErrorCode::Conflict));
    twin.domain = "interior_design";
    stored(twin);
    EXPECT_THAT(runTask(port().insertScene(twin)), failsWith(ErrorCode::Conflict));
}

TEST_P(SceneContract, OfRacingScenesWithOneNameOneIsKept) {
    std::vector<Task<Result<>>> inserts;
    for (int i = 0; i < 20; ++i) {
        auto scene = someScene(ids_);
        scene.name = "beach";
        inserts.push_back(port().insertScene(scene));
    }
    const auto results = runAll(std::move(inserts));
    EXPECT_EQ(std::ranges::count_if(results, [](const auto& r) { return r.has_value(); }), 1);
    EXPECT_THAT(list(std::nullopt).items, SizeIs(1));
}

TEST_P(SceneContract, ARemovedOneIsGoneAndItsNameIsFree) {
    const auto scene = stored(someScene(ids_));
    EXPECT_THAT(runTask(port().removeScene(scene.id)), isOkAnd(IsTrue()));
    EXPECT_THAT(runTask(port().removeScene(scene.id)), isOkAnd(IsFalse()));
    EXPECT_THAT(runTask(port().findScene(scene.id)), isOkAnd(Eq(std::nullopt)));
    auto next = someScene(ids_);
    next.name = scene.name;
    stored(next);
}

TEST_P(SceneContract, ListsNewestFirstByDomainAndPage) {
    std::vector<SceneId> newest_first;
    for (int i = 0; i < 5; ++i)
        newest_first.insert(newest_first.begin(), stored(someScene(ids_)).id);
    auto room = someScene(ids_);
    room.domain = "interior_design";
    stored(room);

    EXPECT_THAT(list(std::nullopt).items, SizeIs(6));
    EXPECT_THAT(list("nothing_here").items, SizeIs(0));
    const auto first = list("clothing", {.limit = 3, .cursor = std::nullopt});
    ASSERT_THAT(first.items, SizeIs(3));
    EXPECT_EQ(first.items[0].id, newest_first[0]);
    const auto second = list("clothing", {.limit = 3, .cursor = first.next_cursor});
    ASSERT_THAT(second.items, SizeIs(2));
    EXPECT_EQ(second.items[1].id, newest_first[4]);
    EXPECT_EQ(second.next_cursor, std::nullopt);
    EXPECT_THAT(runTask(port().listScenes(std::nullopt, {.limit = 3, .cursor = "x"})),
                failsWith(ErrorCode::ValidationFailed));
}

TEST_P(SceneContract, ItsPictureIsReferenced) {
    const auto scene = stored(someScene(ids_));
    EXPECT_TRUE(referenced(scene.picture->key));
    EXPECT_TRUE(referenced(scene.picture->thumb_key));
    runTask(port().removeScene(scene.id)).value();
    EXPECT_FALSE(referenced(scene.picture->key));
    EXPECT_FALSE(referenced(scene.picture->thumb_key));
}

INSTANTIATE_TEST_SUITE_P(Every, SceneContract, testing::ValuesIn(storeBackends()), kBackendName);

}  // namespace
}  // namespace atelier::test
