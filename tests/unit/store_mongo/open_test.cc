#include <fmt/format.h>

#include "store/mongo/mongo_store.h"
#include "support/matchers.h"
#include "support/mongo_database.h"
#include "support/run_task.h"
#include "support/samples.h"
#include "unit/store_mongo/fake_mongo.h"

namespace atelier::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kWireVersion44 = 9;

/// How opening fails, as an operator reads it.
std::string refusal(const std::string& uri) {
    const auto store = MongoStore::open(uri);
    if (store) return "opened";
    return store.error().detail + " (" + store.error().cause + ")";
}

/// A server that greets, and answers all else with `answer`.
FakeMongo::Script answering(std::string answer) {
    return [answer = std::move(answer)](const std::string& command) {
        return command == "hello" ? FakeMongo::hello(kWireVersion44) : answer;
    };
}

TEST(MongoOpenTest, WhatIsNoUriIsRefusedWithoutRepeatingIt) {
    const auto opened = MongoStore::open("mongodb://shop:se:cr@t@host:port/shop");
    ASSERT_THAT(opened, failsWith(ErrorCode::ValidationFailed));
    EXPECT_THAT(opened.error().detail, AllOf(HasSubstr("MONGODB_URI"), Not(HasSubstr("cr@t"))));
    EXPECT_EQ(opened.error().cause, "");
}

TEST(MongoOpenTest, APasswordThatIsNotEncodedIsNotTakenForAHost) {
    for (const auto* uri :
         {"mongodb://usr:Hunter2@Sommer@127.0.0.1:1/atelier", "mongodb://u@Sommer:p@127.0.0.1:1/a",
          "mongodb+srv://usr:Hunter2@Sommer@shop.example/atelier?tls=true",
          "mongodb://usr:12/Sommer@127.0.0.1:1/atelier"}) {
        const auto opened = MongoStore::open(uri);
        ASSERT_THAT(opened, failsWith(ErrorCode::ValidationFailed)) << uri;
        EXPECT_THAT(opened.error().detail,
                    AllOf(HasSubstr("MONGODB_URI is not a MongoDB address"),
                          Not(HasSubstr("Sommer")), Not(HasSubstr("Hunter2"))));
        EXPECT_EQ(opened.error().cause, "");
    }
    EXPECT_THAT(refusal("mongodb://usr:Hunter2%40Sommer%2f@127.0.0.1:1/"
                        "shop?serverSelectionTimeoutMS=200&appName=a@b"),
                HasSubstr("MongoDB at 127.0.0.1:1 cannot be reached"));
}

TEST(MongoOpenTest, AUriWithoutADatabaseIsRefused) {
    for (const auto* uri :
         {"mongodb://127.0.0.1:1", "mongodb://127.0.0.1:1/", "mongodb://127.0.0.1:1/?tls=false"}) {
        const auto opened = MongoStore::open(uri);
        ASSERT_THAT(opened, failsWith(ErrorCode::ValidationFailed));
        EXPECT_THAT(opened.error().detail, HasSubstr("names no database"));
    }
}

TEST(MongoOpenTest, AServerThatIsNotThereIsNamed) {
    const auto said =
        refusal("mongodb://shop:secret@127.0.0.1:1/shop?serverSelectionTimeoutMS=200");
    EXPECT_THAT(said, AllOf(HasSubstr("MongoDB at 127.0.0.1:1 cannot be reached"),
                            Not(HasSubstr("secret"))));
}

TEST(MongoOpenTest, AnOlderServerIsRefused) {
    for (const int version : {2, kWireVersion44 - 1}) {
        const FakeMongo server{[version](const std::string& command) {
            return command == "hello" ? FakeMongo::hello(version) : std::string{FakeMongo::kOk};
        }};
        EXPECT_THAT(refusal(server.uri("", "serverSelectionTimeoutMS=500")), HasSubstr("4.4"));
    }
}

TEST(MongoOpenTest, AWrongPasswordIsSaidButNotShown) {
    const FakeMongo server{answering(
        R"({"ok": 0, "code": 18, "codeName": "AuthenticationFailed", "errmsg": "Authentication failed."})")};
    EXPECT_THAT(
        refusal(server.uri("shop:secret")),
        AllOf(HasSubstr("refuses the user name or the password"), Not(HasSubstr("secret"))));
}

TEST(MongoOpenTest, AJobThatThisVersionCannotReadStopsNoOther) {
    if (mongoServer().empty()) GTEST_SKIP() << "needs mongo-java-server";
    MongoDatabase database;
    const auto store = MongoStore::open(database.uri()).value();
    SeqIds ids;
    const auto owner = ids.make<UserId>();
    auto strange = someJob(ids, owner), known = someJob(ids, owner);
    for (auto* job : {&strange, &known}) {
        abandon(*job, JobStatus::Failed, Error{ErrorCode::ProviderFailed, "x"}, kNow);
        ASSERT_THAT(runTask(store->insertJob(*job)), isOk());
    }
    ASSERT_TRUE(database.command(R"({"update": "jobs", "updates": [{"q": {"_id": ")" +
                                 strange.id.str() +
                                 R"("}, "u": {"$set": {"samples": "of a newer version"}}}]})"));
    EXPECT_THAT(runTask(store->listUnsettled(kNow + Seconds{1}, 10)),
                isOkAnd(testing::ElementsAre(testing::Field(&Job::id, known.id))));
    EXPECT_THAT(runTask(store->findJob(strange.id)), failsWith(ErrorCode::Internal));
}

TEST(MongoOpenTest, AUserWhoMayNotWriteIsRefused) {
    const FakeMongo server{[](const std::string& command) {
        if (command == "hello") return FakeMongo::hello(kWireVersion44);
        if (command == "ping") return std::string{FakeMongo::kOk};
        return std::string{
            R"({"ok": 0, "code": 13, "codeName": "Unauthorized", "errmsg": "not authorized on shop"})"};
    }};
    EXPECT_THAT(refusal(server.uri()), HasSubstr("needs the role readWrite"));
}

TEST(MongoOpenTest, AHungServerIsATimeout) {
    const FakeMongo server{answering("")};
    EXPECT_THAT(MongoStore::open(server.uri("", "socketTimeoutMS=200")),
                failsWith(ErrorCode::NotReady));
}

class MongoSchemaTest : public testing::Test {
  protected:
    void SetUp() override {
        if (mongoServer().empty())
            GTEST_SKIP() << "needs mongo-java-server: set ATELIER_TEST_MONGODB_URI";
    }
};

TEST_F(MongoSchemaTest, ADatabaseOfANewerVersionIsRefused) {
    MongoDatabase database;
    ASSERT_TRUE(MongoStore::open(database.uri()));
    ASSERT_TRUE(MongoStore::open(database.uri()));  // and again: nothing to do
    ASSERT_TRUE(database.command(
        R"({"update": "meta", "updates": [{"q": {"_id": "schema"}, "u": {"$set": {"number": 1000}}}]})"));
    EXPECT_THAT(refusal(database.uri()), HasSubstr("newer version"));
}

TEST_F(MongoSchemaTest, WebhooksOfOlderVersionsCountAmongThoseOneMayHave) {
    MongoDatabase database;
    SeqIds ids;
    Webhook webhook;
    webhook.user_id = ids.make<UserId>();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(database.command(fmt::format(
            R"({{"insert": "webhooks", "documents": [{{"_id": "{}", "userId": "{}", "url": "https://shop.example/in"}}]}})",
            ids.make<WebhookId>().str(), webhook.user_id.str())));
    }
    const auto store = MongoStore::open(database.uri()).value();
    for (const bool fits : {true, true, false}) {
        webhook.id = ids.make<WebhookId>();
        EXPECT_THAT(runTask(store->insertWebhook(webhook, 5)), isOkAnd(testing::Eq(fits)));
    }
    EXPECT_THAT(runTask(store->listWebhooks(webhook.user_id)), isOkAnd(testing::SizeIs(5)));
}

TEST_F(MongoSchemaTest, AnObjectOfANewerVersionIsAClearError) {
    MongoDatabase database;
    const auto store = MongoStore::open(database.uri()).value();
    ASSERT_TRUE(database.command(
        R"({"insert": "jobs", "documents": [{"_id": "01890000-0000-7000-8000-000000000001", "status": "teleporting"}]})"));
    const auto id = JobId::parse("01890000-0000-7000-8000-000000000001").value();
    const auto found = runTask(store->findJob(id));
    ASSERT_THAT(found, failsWith(ErrorCode::Internal));
    EXPECT_THAT(found.error().detail, HasSubstr("newer"));
    EXPECT_THAT(found.error().cause,
                AllOf(HasSubstr(id.str()), HasSubstr("/status"), HasSubstr("teleporting")));
}

}  // namespace
}  // namespace atelier::test
