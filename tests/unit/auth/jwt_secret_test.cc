#include "service/auth/jwt_secret.h"

#include <fstream>
#include <set>
#include <thread>

#include "support/matchers.h"
#include "support/temp_dir.h"

namespace atelier {
namespace {

using test::failsWith;
using test::isOk;
namespace fs = std::filesystem;

TEST(JwtSecretTest, IsMadeOnceAndReadableByItsOwnerOnly) {
    const test::TempDir dir;
    const auto made = loadOrMakeJwtSecret(dir.path());
    ASSERT_THAT(made, isOk());
    EXPECT_GE(made->size(), 32u);
    EXPECT_EQ(loadOrMakeJwtSecret(dir.path()).value(), *made);
    EXPECT_EQ(fs::status(dir.path() / "jwt-secret").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(std::distance(fs::directory_iterator{dir.path()}, {}), 1);
}

TEST(JwtSecretTest, ProcessesThatStartTogetherAgree) {
    const test::TempDir dir;
    std::vector<std::string> keys(8);
    std::vector<std::thread> threads;
    for (auto& key : keys)
        threads.emplace_back([&] { key = loadOrMakeJwtSecret(dir.path()).value(); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 1u);
}

TEST(JwtSecretTest, AKeyThatIsTooShortIsNotUsed) {
    const test::TempDir dir;
    std::ofstream{dir.path() / "jwt-secret"} << "short\n";
    EXPECT_THAT(loadOrMakeJwtSecret(dir.path()), failsWith(ErrorCode::ValidationFailed));
}

TEST(JwtSecretTest, MissingFolderIsNotReady) {
    EXPECT_THAT(loadOrMakeJwtSecret("/nonexistent/atelier"), failsWith(ErrorCode::NotReady));
}

}  // namespace
}  // namespace atelier
