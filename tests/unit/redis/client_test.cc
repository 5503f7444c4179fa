#include <set>

#include "unit/redis/redis_fixture.h"

namespace atelier::redis {
namespace {

using namespace std::chrono_literals;
using test::failsWith;
using test::runAll;
using test::runTask;
using test::start;

/// In the clear and below TLS.
class ClientTest : public RedisTest, public testing::WithParamInterface<const char*> {
  protected:
    const char* variable() const override { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Plain, ClientTest, testing::Values("ATELIER_TEST_REDIS_URL"),
                         [](const auto&) { return "Tcp"; });
INSTANTIATE_TEST_SUITE_P(Encrypted, ClientTest, testing::Values("ATELIER_TEST_REDIS_TLS_URL"),
                         [](const auto&) { return "Tls"; });

TEST_P(ClientTest, KnowsTheServersVersion) {
    EXPECT_THAT(client_->serverVersion(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\..*"));
    EXPECT_EQ(client_->where(), url_.where());
}

TEST_P(ClientTest, CarriesBinaryTextAndEveryKindOfReply) {
    const std::string binary("\0\r\n$\xff", 5);
    ask({"SET", key_, binary});
    EXPECT_EQ(ask({"GET", key_}).text, binary);
    EXPECT_EQ(ask({"STRLEN", key_}).integer, 5);
    EXPECT_TRUE(ask({"GET", key_ + ":none"}).isNil());
    const auto both = ask({"MGET", key_, key_ + ":none"});
    ASSERT_EQ(both.items.size(), 2U);
    EXPECT_EQ(both.items[0].text, binary);
    EXPECT_TRUE(both.items[1].isNil());
}

TEST_P(ClientTest, AnswersManyAtOnceInOrder) {
    std::vector<Task<Result<Reply>>> calls;
    for (int i = 0; i < 5'000; ++i)
        calls.push_back(client_->command({"RPUSH", key_, std::to_string(i)}));
    const auto replies = runAll(std::move(calls));
    for (int i = 0; i < 5'000; ++i)
        EXPECT_EQ(replies[static_cast<std::size_t>(i)].value().integer, i + 1);
    EXPECT_EQ(ask({"LINDEX", key_, "4999"}).text, "4999");
}

TEST_P(ClientTest, CarriesMegabytes) {
    const std::string large(8 << 20, 'x');
    ask({"SET", key_, large});
    EXPECT_EQ(ask({"GET", key_}).text.size(), large.size());
    ask({"DEL", key_});
}

TEST_P(ClientTest, FaultsAreErrors) {
    ask({"SET", key_, "text"});
    EXPECT_THAT(runTask(client_->command({"LPUSH", key_, "1"})), failsWith(ErrorCode::Internal));
    EXPECT_EQ(ask({"GET", key_}).text, "text");
}

TEST_P(ClientTest, RunsScriptsThatTheServerForgot) {
    const Script script{"return {KEYS[1], ARGV[1] * 2}"};
    for (int i = 0; i < 2; ++i) {
        const auto reply = runTask(client_->run(script, {key_}, {"21"})).value();
        EXPECT_EQ(reply.items[0].text, key_);
        EXPECT_EQ(reply.items[1].number(), 42);
        ask({"SCRIPT", "FLUSH"});
    }
    EXPECT_EQ(ask({"SCRIPT", "LOAD", script.text()}).text, script.sha());
}

TEST_P(ClientTest, ABlockingCommandDoesNotHoldUpOthers) {
    auto popped = start(client_->block({"BZPOPMIN", key_, "30"}, 30s, {}));
    ask({"PING"});
    ask({"ZADD", key_, "7", "member"});
    EXPECT_EQ(popped.get().value().items[1].text, "member");
}

TEST_P(ClientTest, ABlockingCommandEndsWithItsTime) {
    EXPECT_TRUE(runTask(client_->block({"BZPOPMIN", key_, "0.05"}, 50ms, {})).value().isNil());
}

TEST_P(ClientTest, AStopEndsABlockingCommandAtOnce) {
    for (int i = 0; i < 20; ++i) {
        std::stop_source stop;
        auto popped = start(client_->block({"BZPOPMIN", key_, "30"}, 30s, stop.get_token()));
        stop.request_stop();
        ASSERT_EQ(popped.wait_for(10s), std::future_status::ready);
        EXPECT_TRUE(popped.get().value().isNil());
    }
    ask({"ZADD", key_, "7", "member"});
    auto popped = runTask(client_->block({"BZPOPMIN", key_, "30"}, 30s, {})).value();
    EXPECT_EQ(popped.items.at(1).text, "member");
}

TEST_P(ClientTest, WorksFromManyThreads) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this] {
            for (int n = 0; n < 200; ++n) ask({"INCR", key_});
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(ask({"GET", key_}).number(), 800);
}

TEST_P(ClientTest, SomethingUnderWayFailsWhenTheClientEnds) {
    auto popped = start(client_->block({"BZPOPMIN", key_, "30"}, 30s, {}));
    client_.reset();
    EXPECT_THAT(popped.get(), failsWith(ErrorCode::NotReady));
}

TEST(ClientOpen, SaysThatNobodyListens) {
    const auto client = Client::open(parseRedisUrl("redis://:secret@127.0.0.1:1").value());
    EXPECT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_EQ(client.error().detail, "Redis cannot be reached");
    EXPECT_EQ(client.error().cause, "127.0.0.1:1: Connection refused");
}

TEST(ClientOpen, SaysThatTheHostIsUnknown) {
    const auto client = Client::open(parseRedisUrl("redis://no-such-host.invalid").value());
    EXPECT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(client.error().detail, testing::HasSubstr("host name"));
}

TEST_P(ClientTest, RefusesAWrongPasswordWithoutTellingIt) {
    auto url = url_;
    url.user = "nobody";
    url.password = "secret";
    const auto client = Client::open(url);
    EXPECT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(client.error().detail + client.error().cause,
                testing::Not(testing::HasSubstr("secret")));
    EXPECT_THAT(client.error().detail, testing::HasSubstr("password"));
}

TEST_P(ClientTest, SaysThatTheDatabaseDoesNotExist) {
    auto url = url_;
    url.database = 9'999;
    const auto client = Client::open(url);
    EXPECT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(client.error().detail, testing::HasSubstr("no database"));
}

TEST_P(ClientTest, UsesTheDatabaseAndTheNameOfItsOptions) {
    auto url = url_;
    url.database = 5;
    auto other = Client::open(url, {.name = "named"}).value();
    const auto info = runTask(other->command({"CLIENT", "INFO"})).value().text;
    EXPECT_THAT(info, testing::AllOf(testing::HasSubstr("name=named"), testing::HasSubstr("db=5")));
}

}  // namespace
}  // namespace atelier::redis
