#include "queue/bullmq/options.h"

#include <gtest/gtest.h>

#include "support/redis_keys.h"
#include "support/run_task.h"

namespace atelier::bullmq {
namespace {

constexpr Instant kNow{Millis{1'795'953'001'237}};

/// What Redis reads out of packed text, as its Lua sees it: the only reader that counts.
class OptionsTest : public testing::Test {
  protected:
    void SetUp() override {
        if (std::getenv("ATELIER_TEST_REDIS_URL") == nullptr)
            GTEST_SKIP() << "needs redis-server: set ATELIER_TEST_REDIS_URL";
        keys_.emplace();
    }
    std::string read(const std::string& packed, const std::string& expression) {
        const auto script =
            "local v = cmsgpack.unpack(ARGV[1]) return tostring(" + expression + ")";
        return test::runTask(keys_->client()->command({"EVAL", script, "0", packed})).value().text;
    }
    std::optional<test::RedisKeys> keys_;
};

TEST_F(OptionsTest, AddArgumentsHaveTenSlots) {
    const auto packed = packAddArgs("bull:q:", "job", kNow);
    EXPECT_EQ(read(packed, "v[1]"), "bull:q:");
    EXPECT_EQ(read(packed, "v[2]"), "job");
    EXPECT_EQ(read(packed, "v[3]"), "atelier");
    EXPECT_EQ(read(packed, "string.format('%.0f', v[4])"), "1795953001237");
    for (const auto* slot : {"5", "6", "7", "8", "9", "10"})
        EXPECT_EQ(read(packed, std::string{"v["} + slot + "]"), "nil");
}

TEST_F(OptionsTest, AddOptionsAreWhatNodeStores) {
    const auto json = [this](Millis delay) {
        return read(packAddOptions("job", delay, kNow) + std::string("\0\0\1\0", 4),
                    "v.priority .. ' ' .. v.jobId .. ' ' .. v.attempts .. ' ' .. "
                    "string.format('%.0f', v.timestamp) .. ' ' .. tostring(v.delay)");
    };
    EXPECT_EQ(json(Millis{0}), "256 job 0 1795953001237 nil");
    EXPECT_EQ(json(Millis{3'600'000}), "256 job 0 1795953001237 3600000");
}

TEST_F(OptionsTest, FetchOptionsNameLockAndWorker) {
    const auto packed = packFetchOptions("token", Millis{30'000}, "worker");
    EXPECT_EQ(read(packed, "v.token .. v.lockDuration .. v.name"), "token30000worker");
    EXPECT_EQ(read(packed, "v.limiter"), "nil");
}

TEST_F(OptionsTest, FinishOptionsHaveAllThatTheScriptReadsBlindly) {
    const auto packed =
        packFinishOptions("token", Keep{.age_s = 60, .count = 5}, Millis{7'000}, "worker");
    EXPECT_EQ(read(packed, "v.token .. v.lockDuration .. v.name"), "token7000worker");
    EXPECT_EQ(read(packed, "v.keepJobs.age .. ' ' .. v.keepJobs.count"), "60 5");
    EXPECT_EQ(read(packed, "type(v.attempts) .. type(v.maxMetricsSize)"), "numberstring");
    EXPECT_EQ(read(packed, "#v.maxMetricsSize"), "0");
    for (const auto* flag : {"fpof", "cpof", "idof", "rdof"})
        EXPECT_EQ(read(packed, std::string{"v."} + flag), "false");
}

TEST_F(OptionsTest, FinishOptionsMayRemoveNothing) {
    const auto packed = packFinishOptions("token", std::nullopt, Millis{7'000}, "worker");
    EXPECT_EQ(read(packed, "v.keepJobs.count"), "-1");
    EXPECT_EQ(read(packed, "v.keepJobs.age"), "nil");
}

TEST_F(OptionsTest, ManyTextsKeepTheirOrder) {
    std::vector<std::string> texts;
    for (int i = 0; i < 500; ++i) texts.push_back("text" + std::to_string(i));
    EXPECT_EQ(read(packTexts(texts), "#v .. v[1] .. v[500]"), "500text0text499");
}

TEST(JobData, IsJson) {
    EXPECT_EQ(jobData("a", "b"), R"({"jobId":"a","userId":"b"})");
}

}  // namespace
}  // namespace atelier::bullmq
