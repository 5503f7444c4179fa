#include "support/run_task.h"

#include <stdexcept>

#include "support/matchers.h"
#include "support/temp_dir.h"

namespace atelier::test {
namespace {

using testing::ElementsAre;
using testing::Eq;
using testing::Not;

Task<Result<int>> answer(int value) {
    if (value < 0) co_return failure(ErrorCode::NotFound, "no such answer");
    co_return value;
}

Task<int> plain(int value) {
    co_return value;
}

Task<> throwing() {
    throw std::runtime_error{"broken"};
    co_return;
}

TEST(RunTaskTest, GivesTheValueOrRethrows) {
    EXPECT_EQ(runTask(plain(3)), 3);
    EXPECT_THROW(runTask(throwing()), std::runtime_error);
}

TEST(RunTaskTest, RunAllKeepsTheOrder) {
    std::vector<Task<int>> tasks;
    for (int i = 1; i <= 3; ++i) tasks.push_back(plain(i));
    EXPECT_THAT(runAll(std::move(tasks)), ElementsAre(1, 2, 3));
}

TEST(MatchersTest, TellSuccessFromFailure) {
    EXPECT_THAT(runTask(answer(5)), isOk());
    EXPECT_THAT(runTask(answer(5)), isOkAnd(Eq(5)));
    EXPECT_THAT(runTask(answer(5)), Not(failsWith(ErrorCode::NotFound)));
    EXPECT_THAT(runTask(answer(-1)), failsWith(ErrorCode::NotFound));
    EXPECT_THAT(runTask(answer(-1)), Not(failsWith(ErrorCode::Conflict)));
    EXPECT_THAT(runTask(answer(-1)), Not(isOk()));
}

TEST(TempDirTest, IsRemovedWithItsContent) {
    std::filesystem::path path;
    {
        TempDir dir;
        path = dir.path();
        std::filesystem::create_directories(path / "a" / "b");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace atelier::test
