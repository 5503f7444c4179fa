#include "store/sqlite/sqlite_store.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::Field;

TEST(UnreadableTest, AJobThatThisVersionCannotReadStopsNoOther) {
    const TempDir folder;
    SeqIds ids;
    const std::shared_ptr<sqlite::Database> database =
        sqlite::Database::open(folder.path()).value();
    const auto store = SqliteStore::open(database).value();
    const auto user = someUser(ids, 100);
    ASSERT_THAT(runTask(store->insertUser(user)), isOk());
    auto strange = someJob(ids, user.id), known = someJob(ids, user.id);
    for (auto* job : {&strange, &known}) {
        abandon(*job, JobStatus::Failed, Error{ErrorCode::ProviderFailed, "x"}, kNow);
        ASSERT_THAT(runTask(store->insertJob(*job)), isOk());
    }
    const auto spoil = [id = strange.id](sqlite::Connection& connection) -> Result<> {
        connection
            .query(
                "UPDATE jobs SET doc=json_set(doc, '$.samples', 'of a newer version') WHERE id=?",
                id)
            .run();
        return {};
    };
    ASSERT_THAT(runTask(database->write(spoil)), isOk());
    const auto isKnown = Field(&Job::id, known.id);
    EXPECT_THAT(runTask(store->listUnsettled(kNow + Seconds{1}, 10)),
                isOkAnd(ElementsAre(isKnown)));
    EXPECT_THAT(runTask(store->findJob(strange.id)), failsWith(ErrorCode::Internal));
}

}  // namespace
}  // namespace atelier::test
