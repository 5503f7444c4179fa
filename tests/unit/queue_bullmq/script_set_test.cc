#include "queue/bullmq/script_set.h"

#include <algorithm>
#include <string>
#include <vector>

#include "queue/bullmq/embedded.h"
#include "support/matchers.h"

namespace atelier::bullmq {
namespace {

using test::failsWith;
using test::isOk;
using testing::HasSubstr;

class ScriptSetTest : public testing::Test {
  protected:
    void SetUp() override {
        if (embeddedVersion().empty())
            GTEST_SKIP() << "needs npm: the package bullmq was not there when this was built";
        for (const auto text : embeddedScripts()) files_.emplace_back(text);
    }
    Result<ScriptSet> load() const {
        const std::vector<std::string_view> views(files_.begin(), files_.end());
        return ScriptSet::load(views);
    }
    std::string& fileOf(const std::string& name) {
        return *std::ranges::find_if(
            files_, [&](const std::string& text) { return text.contains("name: '" + name + "'"); });
    }
    std::vector<std::string> files_;
};

TEST_F(ScriptSetTest, LoadsThePinnedPackage) {
    EXPECT_THAT(load(), isOk());
}

TEST_F(ScriptSetTest, RefusesAnotherNumberOfKeys) {
    auto& file = fileOf("moveToDelayed");
    file.replace(file.rfind("keys: 11"), 8, "keys: 12");
    const auto set = load();
    ASSERT_THAT(set, failsWith(ErrorCode::Internal));
    EXPECT_THAT(set.error().detail, HasSubstr("moveToDelayed takes 12 keys, expected 11"));
}

TEST_F(ScriptSetTest, RefusesAMissingScript) {
    fileOf("retryJob").clear();
    const auto set = load();
    ASSERT_THAT(set, failsWith(ErrorCode::Internal));
    EXPECT_THAT(set.error().detail, HasSubstr("retryJob is missing"));
}

TEST_F(ScriptSetTest, RefusesEscapes) {
    auto& file = fileOf("extendLocks");
    file.insert(file.find("local"), "-- \\n\n");
    EXPECT_THAT(load(), failsWith(ErrorCode::Internal));
}

TEST(ScriptSet, SaysHowToGetTheScripts) {
    const std::vector<std::string_view> none{""};
    const auto set = ScriptSet::load(none);
    ASSERT_THAT(set, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(set.error().detail, HasSubstr("scripts/bootstrap"));
}

}  // namespace
}  // namespace atelier::bullmq
