#include <sys/resource.h>

#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "net/curl_http_client.h"
#include "support/run_task.h"
#include "support/scripted_server.h"

namespace atelier {
namespace {

using test::Peer;
using test::ScriptedServer;
using test::SeenRequest;
using testing::SizeIs;

using Answer = std::expected<HttpResponse, HttpError>;

class HttpClientLimitsTest : public testing::Test {
  protected:
    Answer send(HttpRequest request, std::stop_token stop = {}) {
        return test::runTask(client_.send(std::move(request), std::move(stop)));
    }

    CurlHttpClient client_;
};

HttpFailure brokenOf(const Answer& answer) {
    EXPECT_FALSE(answer.has_value());
    return answer.has_value() ? HttpFailure{} : answer.error().failure;
}

TEST_F(HttpClientLimitsTest, ASlowReplyTimesOutAmbiguously) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) { peer.waitUntilGone(); }};
    EXPECT_EQ(brokenOf(send({.url = server.url(), .timeout = Millis{100}})),
              HttpFailure::Ambiguous);
}

TEST_F(HttpClientLimitsTest, ARefusedTlsHandshakeTimesOutUnsent) {
    ScriptedServer server{
        [](Peer&, const SeenRequest&) {}};  // waits for a request that never comes
    const auto url = fmt::format("https://127.0.0.1:{}/", server.port());
    EXPECT_EQ(brokenOf(send({.url = url, .connect_timeout = Millis{100}, .timeout = Millis{100}})),
              HttpFailure::NotSent);
}

TEST_F(HttpClientLimitsTest, AnEndlessReplyIsTooLarge) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) {
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        while (true) peer.write(std::string(4096, 'x'));
    }};
    EXPECT_EQ(brokenOf(send({.url = server.url(), .max_response_bytes = 100'000})),
              HttpFailure::TooLarge);
}

TEST_F(HttpClientLimitsTest, AnAnnouncedSizeIsRefusedBeforeItArrives) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
        peer.waitUntilGone();
    }};
    EXPECT_EQ(brokenOf(send({.url = server.url()})), HttpFailure::TooLarge);
}

TEST_F(HttpClientLimitsTest, AReplyOfExactlyTheLimitIsAccepted) {
    ScriptedServer server{
        [](Peer& peer, const SeenRequest&) { peer.reply(200, std::string(1000, 'x')); }};
    EXPECT_EQ(send({.url = server.url(), .max_response_bytes = 1000})->body.size(), 1000u);
    EXPECT_EQ(brokenOf(send({.url = server.url(), .max_response_bytes = 999})),
              HttpFailure::TooLarge);
}

TEST_F(HttpClientLimitsTest, OfALongReplyTheBeginningIsEnoughWhenAsked) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        const bool announced = request.target == "/announced";
        peer.write(fmt::format("HTTP/1.1 201 Created\r\nX-A: 1\r\n{}\r\n",
                               announced ? "Content-Length: 99999999999\r\n" : ""));
        while (true) peer.write(std::string(4096, 'x'));
    }};
    for (const auto* path : {"/endless", "/announced"}) {
        const auto answer = send({.method = "POST",
                                  .url = server.url(path),
                                  .body = share("{}"),
                                  .max_response_bytes = 10'001,
                                  .cut_response = true});
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->status, 201);
        EXPECT_EQ(answer->headers.at("x-a"), "1");
        EXPECT_EQ(answer->body, std::string(10'001, 'x'));
    }
}

TEST_F(HttpClientLimitsTest, AReplyThatBreaksBeforeTheLimitIsNoneAlsoWhenCutsAreAllowed) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nxx");
        throw ScriptedServer::Done{};
    }};
    EXPECT_EQ(brokenOf(send({.url = server.url(), .cut_response = true})), HttpFailure::Ambiguous);
}

TEST_F(HttpClientLimitsTest, EndlessHeadersAreTooLarge) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) {
        peer.write("HTTP/1.1 200 OK\r\n");
        while (true) peer.write("X-More: " + std::string(1000, 'x') + "\r\n");
    }};
    EXPECT_EQ(brokenOf(send({.url = server.url()})), HttpFailure::TooLarge);
}

TEST_F(HttpClientLimitsTest, FollowsRedirectsOnlyWhenAsked) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        if (request.target == "/a") peer.reply(302, "", "Location: /b\r\nX-Old: 1\r\n");
        peer.reply(200, "there");
    }};
    EXPECT_EQ(send({.url = server.url("/a")})->status, 302);
    const auto followed = send({.url = server.url("/a"), .max_redirects = 1});
    EXPECT_EQ(followed->status, 200);
    EXPECT_EQ(followed->body, "there");
    EXPECT_FALSE(followed->headers.contains("x-old"));
}

TEST_F(HttpClientLimitsTest, GivesUpOnARedirectLoop) {
    ScriptedServer server{
        [](Peer& peer, const SeenRequest&) { peer.reply(302, "", "Location: /again\r\n"); }};
    EXPECT_EQ(brokenOf(send({.url = server.url(), .max_redirects = 3})), HttpFailure::Ambiguous);
    EXPECT_THAT(server.requests(), SizeIs(4));
}

TEST_F(HttpClientLimitsTest, OnlyHttpUrlsAreAllowed) {
    for (const auto* url :
         {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "", "not a url"})
        EXPECT_EQ(brokenOf(send({.url = url})), HttpFailure::Forbidden) << url;
}

TEST_F(HttpClientLimitsTest, LineBreaksCannotSmuggleHeaders) {
    EXPECT_EQ(brokenOf(send({.url = "http://127.0.0.1:1/", .headers = {{"x-a", "1\r\nx-b: 2"}}})),
              HttpFailure::Forbidden);
    EXPECT_EQ(brokenOf(send({.method = "GET / HTTP/1.1\r\nx: ", .url = "http://127.0.0.1:1/"})),
              HttpFailure::Forbidden);
}

TEST_F(HttpClientLimitsTest, PrivateAddressesAreForbiddenWhenOnlyPublicOnesAreWanted) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) { peer.reply(200, "secret"); }};
    for (const auto* host :
         {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
        const auto url = fmt::format("http://{}:{}/", host, server.port());
        EXPECT_EQ(brokenOf(send({.url = url, .public_addresses_only = true})),
                  HttpFailure::Forbidden)
            << host;
    }
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientLimitsTest, AnOpenPrivateConnectionIsNotBorrowedForPublicRequests) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) { peer.reply(200, "secret"); }};
    ASSERT_TRUE(send({.url = server.url()}));
    EXPECT_EQ(
        brokenOf(send({.url = server.url(), .max_redirects = 5, .public_addresses_only = true})),
        HttpFailure::Forbidden);
    EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST_F(HttpClientLimitsTest, StopsWhenAsked) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) { peer.waitUntilGone(); }};
    std::stop_source stop;
    auto answer = test::start(client_.send({.url = server.url()}, stop.get_token()));
    server.waitForRequests(1);
    stop.request_stop();
    EXPECT_EQ(brokenOf(answer.get()), HttpFailure::Canceled);
}

TEST_F(HttpClientLimitsTest, DoesNotStartWhatIsAlreadyStopped) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) { peer.reply(200, ""); }};
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(brokenOf(send({.url = server.url()}, stop.get_token())), HttpFailure::Canceled);
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClientTurnTest, SendsSomeRequestsAtATimeAndTheOthersInTurn) {
    std::atomic<int> together{0};
    std::atomic<int> most{0};
    ScriptedServer server{[&](Peer& peer, const SeenRequest& request) {
        most = std::max(most.load(), ++together);
        --together;
        peer.reply(200, request.target);
    }};
    CurlHttpClient client{{.max_requests_per_host = 2}};
    std::vector<Task<Answer>> tasks;
    for (int i = 0; i < 50; ++i) {
        HttpRequest request{.url = server.url(fmt::format("/{}", i))};
        tasks.push_back(client.send(std::move(request), {}));
    }
    for (auto& answer : test::runAll(std::move(tasks))) EXPECT_TRUE(answer);
    EXPECT_LE(most, 2);
    EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClientTurnTest, WaitingRequestsCanBeCanceled) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) { peer.waitUntilGone(); }};
    CurlHttpClient client{{.max_requests_per_host = 1}};
    std::stop_source stop_first, stop_second;
    HttpRequest request{.url = server.url()};
    auto first = test::start(client.send(request, stop_first.get_token()));
    server.waitForRequests(1);
    auto second = test::start(client.send(request, stop_second.get_token()));
    stop_second.request_stop();
    EXPECT_EQ(brokenOf(second.get()), HttpFailure::Canceled);
    auto third = test::start(client.send(request, {}));
    stop_first.request_stop();
    EXPECT_EQ(brokenOf(first.get()), HttpFailure::Canceled);
    server.waitForRequests(2);
    EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClientEndTest, CancelsWhatIsRunning) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) { peer.waitUntilGone(); }};
    std::future<Answer> answer;
    {
        CurlHttpClient client;
        answer = test::start(client.send({.url = server.url()}, {}));
        server.waitForRequests(1);
    }
    EXPECT_EQ(brokenOf(answer.get()), HttpFailure::Canceled);
}

TEST(HttpClientScaleTest, ThousandsOfWaitingRequestsNeedNoThreads) {
    constexpr int kRequests = 2000;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < kRequests + 200)
        GTEST_SKIP() << "only " << files.rlim_cur << " open files allowed";
    const auto threads = [] {
        return std::distance(std::filesystem::directory_iterator{"/proc/self/task"}, {});
    };
    test::SilentServer server;
    CurlHttpClient client{{.max_requests_per_host = 0}};
    const auto before = threads();
    std::stop_source stop;
    std::vector<std::future<Answer>> answers;
    for (int i = 0; i < kRequests; ++i)
        answers.push_back(test::start(client.send({.url = server.url()}, stop.get_token())));
    server.acceptAll(kRequests);
    EXPECT_EQ(threads(), before);
    stop.request_stop();
    for (auto& answer : answers) EXPECT_EQ(brokenOf(answer.get()), HttpFailure::Canceled);
}

}  // namespace
}  // namespace atelier
