#include "net/curl_http_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/run_task.h"
#include "support/scripted_server.h"

namespace atelier {
namespace {

using test::closedPort;
using test::Peer;
using test::ScriptedServer;
using test::SeenRequest;
using testing::HasSubstr;
using testing::SizeIs;

using Answer = std::expected<HttpResponse, HttpError>;

class HttpClientTest : public testing::Test {
  protected:
    Answer send(HttpRequest request) { return test::runTask(client_.send(std::move(request), {})); }
    Answer get(const std::string& url) { return send({.url = url}); }
    Answer post(const std::string& url, Bytes body) {
        return send({.method = "POST", .url = url, .body = share(std::move(body))});
    }

    CurlHttpClient client_;
};

HttpFailure failureOf(const Answer& answer) {
    EXPECT_FALSE(answer.has_value());
    return answer.has_value() ? HttpFailure{} : answer.error().failure;
}

void echo(Peer& peer, const SeenRequest& request) {
    peer.reply(201, request.method + " " + request.target + " " + request.body,
               "X-Twice: a\r\nx-twice: b\r\nX-Spaced:   v  \r\n");
}

TEST_F(HttpClientTest, AnswersWithStatusHeadersAndBody) {
    ScriptedServer server{echo};
    const auto answer = post(server.url("/p?q=1"), "text");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, "POST /p?q=1 text");
    EXPECT_EQ(answer->headers.at("x-twice"), "a, b");
    EXPECT_EQ(answer->headers.at("x-spaced"), "v");
}

TEST_F(HttpClientTest, SendsOnlyTheHeadersItWasGiven) {
    ScriptedServer server{echo};
    const auto answer = send({.method = "POST",
                              .url = server.url(),
                              .headers = {{"x-key", "k"}, {"x-empty", ""}},
                              .body = share(std::string(2u << 20, 'a'))});
    ASSERT_TRUE(answer);
    const auto headers = server.requests().at(0).headers;
    EXPECT_EQ(headers.at("x-key"), "k");
    EXPECT_EQ(headers.at("x-empty"), "");
    EXPECT_EQ(headers.at("user-agent"), "atelier");
    EXPECT_FALSE(headers.contains("expect"));
    EXPECT_FALSE(headers.contains("content-type"));
    EXPECT_EQ(headers.at("content-length"), std::to_string(2u << 20));
}

TEST_F(HttpClientTest, SpeaksEveryMethod) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        if (request.method == "HEAD")
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        else
            echo(peer, request);
    }};
    EXPECT_EQ(send({.method = "HEAD", .url = server.url()})->headers.at("content-length"), "1000");
    EXPECT_EQ(send({.method = "DELETE", .url = server.url("/d")})->body, "DELETE /d ");
    EXPECT_EQ(send({.method = "PUT", .url = server.url("/p"), .body = share("x")})->body,
              "PUT /p x");
    EXPECT_EQ(send({.method = "PUT", .url = server.url("/p")})->body, "PUT /p ");
    EXPECT_EQ(send({.method = "POST", .url = server.url("/e")})->body, "POST /e ");
    EXPECT_EQ(send({.method = "PATCH", .url = server.url("/q"), .body = share("y")})->body,
              "PATCH /q y");
}

TEST_F(HttpClientTest, KeepsConnections) {
    ScriptedServer server{echo};
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(post(server.url(), "x"));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, EveryStatusIsAnAnswer) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        peer.reply(std::stoi(request.target.substr(1)), "body");
    }};
    for (const int status : {200, 302, 402, 404, 429, 500, 503})
        EXPECT_EQ(get(server.url(fmt::format("/{}", status)))->status, status);
}

TEST_F(HttpClientTest, WithoutConnectionNothingWasSent) {
    EXPECT_EQ(failureOf(post(fmt::format("http://127.0.0.1:{}/", closedPort()), "x")),
              HttpFailure::NotSent);
    EXPECT_EQ(failureOf(post("http://no-such-host.invalid/", "x")), HttpFailure::NotSent);
}

TEST_F(HttpClientTest, AnUntrustedCertificateMeansNothingWasSent) {
    ScriptedServer server{echo, ScriptedServer::Transport::Tls};
    EXPECT_EQ(failureOf(post(server.url(), "x")), HttpFailure::NotSent);
    EXPECT_THAT(server.requests(), SizeIs(0));
}

TEST_F(HttpClientTest, TrustsTheConfiguredAuthority) {
    ScriptedServer server{echo, ScriptedServer::Transport::Tls};
    CurlHttpClient client{{.ca_file = server.caFile()}};
    const auto answer = test::runTask(client.send({.url = server.url("/s")}, {}));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "GET /s ");
}

struct BrokenReply {
    const char* name;
    std::function<void(Peer&)> act;
};
void PrintTo(const BrokenReply& reply, std::ostream* out) {
    *out << reply.name;
}

class HttpClientBrokenReplyTest : public HttpClientTest,
                                  public testing::WithParamInterface<BrokenReply> {};

TEST_P(HttpClientBrokenReplyTest, IsAmbiguous) {
    ScriptedServer server{[](Peer& peer, const SeenRequest&) {
        GetParam().act(peer);
        throw ScriptedServer::Done{};
    }};
    EXPECT_EQ(failureOf(post(server.url(), "x")), HttpFailure::Ambiguous);
    EXPECT_THAT(server.requests(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(
    , HttpClientBrokenReplyTest,
    testing::Values(
        BrokenReply{"Reset", [](Peer& peer) { peer.reset(); }}, BrokenReply{"Closed", [](Peer&) {}},
        BrokenReply{"HalfAHeader", [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Le"); }},
        BrokenReply{
            "HalfABody",
            [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"); }},
        BrokenReply{"HalfAChunk",
                    [](Peer& peer) {
                        peer.write(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf");
                    }},
        BrokenReply{"NotHttp", [](Peer& peer) { peer.write("* OK IMAP4rev1 ready\r\n"); }},
        BrokenReply{"BadChunkLength",
                    [](Peer& peer) {
                        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
                    }}),
    [](const auto& parameter) { return parameter.param.name; });

TEST_F(HttpClientTest, APostOnADeadConnectionIsNotRepeated) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        if (request.target == "/second") peer.reset();
        peer.reply(200, "first");
    }};
    ASSERT_TRUE(post(server.url("/first"), "x"));
    EXPECT_EQ(failureOf(post(server.url("/second"), "x")), HttpFailure::Ambiguous);
    EXPECT_THAT(server.requests(), SizeIs(2));
}

TEST_F(HttpClientTest, APostWithoutBodyOnADeadConnectionIsNotRepeated) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        if (request.target == "/second") throw ScriptedServer::Done{};
        peer.reply(200, "first");
    }};
    ASSERT_TRUE(get(server.url("/first")));
    EXPECT_EQ(failureOf(send({.method = "POST", .url = server.url("/second")})),
              HttpFailure::Ambiguous);
    EXPECT_THAT(server.requests(), SizeIs(2));
}

TEST_F(HttpClientTest, AGetOnADeadConnectionIsRepeated) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        if (request.target == "/second" && request.connection == 1) throw ScriptedServer::Done{};
        peer.reply(200, request.target);
    }};
    ASSERT_TRUE(get(server.url("/first")));
    EXPECT_EQ(get(server.url("/second"))->body, "/second");
}

TEST_F(HttpClientTest, RecoversAfterFailures) {
    ScriptedServer server{[](Peer& peer, const SeenRequest& request) {
        if (request.target == "/bad") peer.reset();
        peer.reply(200, "good");
    }};
    EXPECT_EQ(failureOf(post(server.url("/bad"), "x")), HttpFailure::Ambiguous);
    EXPECT_EQ(post(server.url("/good"), "x")->body, "good");
}

}  // namespace
}  // namespace atelier
