#include "store/mongo/entities.h"
#include "support/matchers.h"
#include "support/samples.h"

namespace atelier::test {
namespace {

using mongo::of;
using testing::HasSubstr;

Job fullJob() {
    SeqIds ids;
    auto job = someJob(ids, ids.make<UserId>());
    job.progress = 0.1;
    job.request.seed = INT64_MIN;
    job.request.garment_ids = {ids.make<GarmentId>(), ids.make<GarmentId>()};
    job.provenance.parameters = {
        {"max", INT64_MAX}, {"whole", 3.0}, {"none", nullptr}, {"list", {1, "two", false}}};
    job.provenance.images = {
        {"a.b", "1"}, {"$set", "2"}, {"", "3"}, {"100%", "4"}, {std::string{"\0x", 2}, "5"}};
    job.error = JobError{"provider_failed", "ümläut \"quoted\"", true, false};
    job.finished_at = kNow + Millis{1};
    return job;
}

TEST(MongoBsonTest, AJobComesBackAsItWas) {
    const auto job = fullJob();
    const auto back = mongo::fromDocument<Job>(mongo::toDocument(job));
    ASSERT_THAT(back, isOk());
    EXPECT_EQ(json::write(*back), json::write(job));
}

TEST(MongoBsonTest, FieldsHaveTheTypesThatTheDatabaseSorts) {
    const auto document = mongo::toDocument(fullJob());
    bson_iter_t at;
    ASSERT_TRUE(document.find("createdAt", at));
    EXPECT_TRUE(BSON_ITER_HOLDS_DATE_TIME(&at));
    ASSERT_TRUE(document.find("creditsHeld", at));
    EXPECT_TRUE(BSON_ITER_HOLDS_INT64(&at));
    ASSERT_TRUE(document.find("_id", at));
    EXPECT_TRUE(BSON_ITER_HOLDS_UTF8(&at));
    EXPECT_FALSE(document.has("id"));
    EXPECT_FALSE(document.has("startedAt"));
    EXPECT_TRUE(document.has("request.garmentIds.1"));
}

TEST(MongoBsonTest, KeysThatHaveAMeaningAreEscaped) {
    EXPECT_EQ(mongo::escapeKey("a.b"), "a%2Eb");
    EXPECT_EQ(mongo::escapeKey("$set"), "%24set");
    for (const std::string key : {"plain", "a.b$c", "%2E", "%", "", "100 %"})
        EXPECT_EQ(mongo::unescapeKey(mongo::escapeKey(key)), key);
}

TEST(MongoBsonTest, AnUpdateRemovesWhatIsAbsent) {
    auto job = fullJob();
    job.error.reset();
    const auto update = mongo::toUpdate(job);
    EXPECT_TRUE(update.has("$unset.error"));
    EXPECT_FALSE(update.has("$set.error"));
    EXPECT_FALSE(update.has("$set._id"));
    EXPECT_FALSE(update.has("$set.id"));
    EXPECT_TRUE(update.has("$set.finishedAt"));
}

TEST(MongoBsonTest, UnknownFieldsAreIgnoredAndMissingOnesKeepTheirDefaults) {
    const auto job = mongo::fromDocument<Job>(
        of("_id", "01890000-0000-7000-8000-000000000001", "hologram", true));
    ASSERT_THAT(job, isOk());
    EXPECT_EQ(job->status, JobStatus::Queued);
}

TEST(MongoBsonTest, NumbersWrittenByAShellAreRead) {
    const auto user = mongo::fromDocument<User>(of("creditsLeft", 12.0));
    ASSERT_THAT(user, isOk());
    EXPECT_EQ(user->credits_left, 12);
    EXPECT_THAT(mongo::fromDocument<User>(of("creditsLeft", 12.5)), failsWith(ErrorCode::Internal));
    EXPECT_THAT(mongo::fromDocument<User>(of("creditsLeft", "12")), failsWith(ErrorCode::Internal));
}

TEST(MongoBsonTest, AWrongTypeIsNamedWithItsPlace) {
    const auto samples = of("index", 0, "seed", "seven");
    const auto job = mongo::fromDocument<Job>(of("samples", std::vector<mongo::Document>{samples}));
    ASSERT_THAT(job, failsWith(ErrorCode::Internal));
    EXPECT_THAT(job.error().cause, HasSubstr("/samples/0/seed"));
}

}  // namespace
}  // namespace atelier::test
