#include <chrono>
#include <thread>

#include "redis/client.h"
#include "support/matchers.h"
#include "support/run_task.h"
#include "unit/redis/fake_redis.h"

namespace atelier::redis {
namespace {

using namespace std::chrono_literals;
using test::failsWith;
using test::isOk;
using test::runAll;
using test::runTask;

std::unique_ptr<Client> open(const FakeRedis& server, Millis timeout = 5s) {
    return Client::open(parseRedisUrl(server.url()).value(), {.timeout = timeout}).value();
}

/// Asks until it goes well, at most for a while.
Result<Reply> askUntilWell(Client& client, std::vector<std::string> args) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    for (;;) {
        auto reply = runTask(client.command(args));
        if (reply || std::chrono::steady_clock::now() > deadline) return reply;
        std::this_thread::yield();
    }
}

TEST(Connection, GoesToAnotherServerAfterReadonly) {
    FakeRedis server{
        [](const FakeRedis::Command& command, int connection) -> std::optional<std::string> {
            if (command[0] != "SET") return "default";
            return connection == 1 ? "-READONLY You can't write against a read only replica.\r\n"
                                   : "+OK\r\n";
        }};
    auto client = open(server);
    EXPECT_THAT(runTask(client->command({"SET", "a", "b"})), failsWith(ErrorCode::NotReady));
    EXPECT_THAT(askUntilWell(*client, {"SET", "a", "b"}), isOk());
    EXPECT_EQ(server.connections(), 2);
}

TEST(Connection, ComesBackAfterTheServerClosed) {
    FakeRedis server{
        [](const FakeRedis::Command& command, int connection) -> std::optional<std::string> {
            if (command[0] != "GET") return "default";
            if (connection < 3) return std::nullopt;
            return "+value\r\n";
        }};
    auto client = open(server);
    const auto broken = runTask(client->command({"GET", "a"}));
    EXPECT_THAT(broken, failsWith(ErrorCode::NotReady));
    EXPECT_EQ(broken.error().detail, "the connection to Redis broke");
    EXPECT_EQ(askUntilWell(*client, {"GET", "a"}).value().text, "value");
}

TEST(Connection, GivesUpASilentServer) {
    FakeRedis server{
        [](const FakeRedis::Command& command, int connection) -> std::optional<std::string> {
            if (command[0] != "GET") return "default";
            return connection == 1 ? "" : "+value\r\n";
        }};
    auto client = open(server, 200ms);
    std::vector<Task<Result<Reply>>> calls;
    for (int i = 0; i < 10; ++i) calls.push_back(client->command({"GET", "a"}));
    for (const auto& late : runAll(std::move(calls))) {
        ASSERT_THAT(late, failsWith(ErrorCode::NotReady));
        EXPECT_EQ(late.error().detail, "Redis does not answer in time");
    }
    EXPECT_EQ(askUntilWell(*client, {"GET", "a"}).value().text, "value");
}

TEST(Connection, GivesUpWhatIsNotRedis) {
    FakeRedis server{
        [](const FakeRedis::Command&, int) { return "HTTP/1.1 400 Bad Request\r\n\r\n"; }};
    const auto client = Client::open(parseRedisUrl(server.url()).value());
    ASSERT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(client.error().detail, testing::HasSubstr("not Redis"));
}

TEST(Connection, RefusesAnOldServer) {
    FakeRedis server{[](const FakeRedis::Command& command, int) -> std::optional<std::string> {
        if (command[0] != "INFO") return "default";
        return "$21\r\nredis_version:5.0.7\r\n\r\n";
    }};
    const auto client = Client::open(parseRedisUrl(server.url()).value());
    ASSERT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_EQ(client.error().detail, "Redis 5.0.7 is too old: 6.2 or newer is needed");
}

TEST(Connection, SaysThatTheServerIsLoading) {
    FakeRedis server{[](const FakeRedis::Command& command, int) -> std::optional<std::string> {
        if (command[0] != "PING") return "default";
        return "-LOADING Redis is loading the dataset in memory\r\n";
    }};
    const auto client = Client::open(parseRedisUrl(server.url()).value());
    ASSERT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_EQ(client.error().detail, "Redis is still loading its data");
}

TEST(Connection, KeepsThePasswordToItselfWhenTheServerEchoesIt) {
    FakeRedis server{[](const FakeRedis::Command& command, int) -> std::optional<std::string> {
        if (command[0] != "AUTH") return "default";
        return "-ERR unknown command 'AUTH', with args beginning with: '" + command[1] + "'\r\n";
    }};
    auto url = parseRedisUrl(server.url()).value();
    url.password = "secret";
    const auto client = Client::open(url);
    ASSERT_THAT(client, failsWith(ErrorCode::NotReady));
    EXPECT_THAT(client.error().detail + client.error().cause,
                testing::Not(testing::HasSubstr("secret")));
}

TEST(Connection, DoesNotSpinWhileTheServerRefuses) {
    std::atomic<bool> down{false};
    FakeRedis server{[&](const FakeRedis::Command&, int) -> std::optional<std::string> {
        if (down) return std::nullopt;
        return "default";
    }};
    auto client = open(server);
    down = true;
    EXPECT_THAT(runTask(client->command({"PING"})), failsWith(ErrorCode::NotReady));
    const auto before = server.connections();
    std::this_thread::sleep_for(1s);
    EXPECT_LE(server.connections() - before, 10);  // 25, 50, 100, … ms at the least
    down = false;
    EXPECT_THAT(askUntilWell(*client, {"PING"}), isOk());
}

TEST(Connection, FailsAtOnceWhileTheServerIsAway) {
    auto server =
        std::make_unique<FakeRedis>([](const FakeRedis::Command&, int) { return "default"; });
    auto client = open(*server);
    server.reset();
    std::vector<Task<Result<Reply>>> calls;
    for (int i = 0; i < 2; ++i)
        EXPECT_THAT(runTask(client->command({"PING"})), failsWith(ErrorCode::NotReady));
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i)
        EXPECT_THAT(runTask(client->command({"PING"})), failsWith(ErrorCode::NotReady));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
}

}  // namespace
}  // namespace atelier::redis
