#include "net/http_host.h"

#include "support/matchers.h"
#include "unit/net_host/raw_client.h"

namespace atelier::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Optional;
using testing::StartsWith;

drogon::HttpResponsePtr textResponse(std::string text) {
    auto response = drogon::HttpResponse::newHttpResponse();
    response->setBody(std::move(text));
    return response;
}

drogon::HttpResponsePtr streamResponse(HttpRequestPtr request) {
    auto response =
        drogon::HttpResponse::newAsyncStreamResponse([request](drogon::ResponseStreamPtr stream) {
            stream->send("data: 1\n\n");
            stream->close();
            endOfStream(request)();
        });
    response->setContentTypeString("text/event-stream");
    return response;
}

Task<HttpResponsePtr> echo(HttpRequestPtr request) {
    const auto& path = request->path();
    if (path == "/hang") co_return nullptr;
    if (path == "/throw") throw std::runtime_error{"on purpose"};
    if (path == "/stream") co_return streamResponse(request);
    if (path == "/reset") {
        resetConnection(request);
        co_return nullptr;
    }
    if (path == "/truncate") {
        sendRaw(request, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
        closeConnection(request);
        co_return nullptr;
    }
    co_return textResponse(fmt::format("{} {} {} from {}", request->methodString(), path,
                                       *bodyOf(request), peerAddress(request)));
}

Task<HttpResponsePtr> other(HttpRequestPtr) {
    co_return textResponse("the other site");
}

std::string refused(Refusal why) {
    return fmt::format("refused {}", static_cast<int>(why));
}

HttpResponsePtr refusal(HttpRequestPtr, Refusal why) {
    auto response = textResponse(refused(why));
    response->setStatusCode(drogon::k418ImATeapot);
    return response;
}

class HttpHostTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        HostOptions options;
        options.io_threads = 2;
        options.header_timeout = Millis{300};
        options.idle_timeout = Millis{60'000};
        host_ = std::make_unique<HttpHost>(options);
        Site site;
        site.name = "echo";
        site.handler = echo;
        site.refuse = refusal;
        site.max_body_bytes = 1000;
        site.max_header_bytes = 2000;
        port_ = host_->port(host_->addSite(site).value());
        site.handler = other;
        other_port_ = host_->port(host_->addSite(site).value());
        host_->start();
    }
    static void TearDownTestSuite() { host_.reset(); }

    static std::string answerTo(std::string_view request) {
        RawClient client{port_};
        client.send(request);
        return client.readUntil("127.0.0.1");
    }

    static inline std::unique_ptr<HttpHost> host_;
    static inline std::uint16_t port_ = 0, other_port_ = 0;
};

TEST_F(HttpHostTest, AnswersByPort) {
    EXPECT_THAT(answerTo("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("GET /x  from 127.0.0.1"));
    RawClient client{other_port_};
    client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.readUntil("site"), EndsWith("the other site"));
}

TEST_F(HttpHostTest, SaysNothingAboutItself) {
    EXPECT_THAT(answerTo("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), Not(HasSubstr("erver:")));
}

TEST_F(HttpHostTest, CollectsTheBody) {
    RawClient client{port_};
    client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
    EXPECT_TRUE(client.isSilent());
    client.send("def");
    EXPECT_THAT(client.readUntil("127.0.0.1"), HasSubstr("POST /x abcdef from"));
}

TEST_F(HttpHostTest, CollectsAChunkedBody) {
    EXPECT_THAT(answerTo("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                         "chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"),
                HasSubstr("POST /x abcdef from"));
}

TEST_F(HttpHostTest, AnswersPipelinedRequestsInOrder) {
    RawClient client{port_};
    client.send(
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 "
        "HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const auto answers = client.readToEnd().value_or("");
    EXPECT_LT(answers.find("/1"), answers.find("/2"));
    EXPECT_LT(answers.find("/2"), answers.find("/3"));
}

TEST_F(HttpHostTest, RefusesALargeBodyBeforeReadingIt) {
    RawClient client{port_};
    client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_THAT(client.readToEnd(), Optional(AllOf(StartsWith("HTTP/1.1 418"),
                                                   EndsWith(refused(Refusal::BodyTooLarge)))));
}

TEST_F(HttpHostTest, RefusesAChunkedBodyThatGrowsTooLarge) {
    RawClient client{port_};
    client.send("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" +
                std::string(1001, 'x') + "\r\n0\r\n\r\n");
    EXPECT_THAT(client.readToEnd(), Optional(EndsWith(refused(Refusal::BodyTooLarge))));
}

TEST_F(HttpHostTest, RefusesLargeHeaders) {
    RawClient client{port_};
    client.send("GET /x HTTP/1.1\r\nHost: h\r\nX: " + std::string(2001, 'x') + "\r\n\r\n");
    EXPECT_THAT(client.readToEnd(), Optional(EndsWith(refused(Refusal::HeadersTooLarge))));
}

TEST_F(HttpHostTest, TurnsAnExceptionIntoARefusal) {
    RawClient client{port_};
    client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.readToEnd(), Optional(EndsWith(refused(Refusal::HandlerFailed))));
}

TEST_F(HttpHostTest, HangsWhenTheHandlerSaysNothing) {
    RawClient client{port_};
    client.send("GET /hang HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.isSilent());
}

TEST_F(HttpHostTest, BreaksConnectionsOff) {
    RawClient client{port_};
    client.send("GET /reset HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.readToEnd(), std::nullopt);
}

TEST_F(HttpHostTest, CutsAnswersShort) {
    RawClient client{port_};
    client.send("GET /truncate HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.readToEnd(), Optional(EndsWith("\r\n\r\npart")));
}

TEST_F(HttpHostTest, StreamsAlsoToAClientThatWantsOneAnswerOnly) {
    RawClient client{port_};
    client.send("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.readToEnd(),
                Optional(AllOf(HasSubstr("connection: close"), HasSubstr("data: 1\n\n"))));
}

TEST_F(HttpHostTest, ClosesOnSlowHeadersAndBodies) {
    RawClient headers{port_};
    headers.send("GET /x HTTP/1.1\r\nHost:");
    RawClient body{port_};
    body.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\nx");
    EXPECT_EQ(headers.readToEnd(), "");
    EXPECT_THAT(body.readToEnd(), Optional(EndsWith(refused(Refusal::TooSlow))));
}

TEST_F(HttpHostTest, NothingFollowsAChunkedBody) {
    for (const auto* size : {"2", "2g", "0x2", "+2", "2,2", "2.0"}) {
        RawClient client{port_};
        client.send("POST /first HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    std::string{size} +
                    "\r\n{}\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_THAT(client.readToEnd(), Optional(Not(HasSubstr("/second")))) << size;
    }
}

TEST_F(HttpHostTest, RefusesWhatRfc9112DoesNotAllow) {
    for (const auto* head :
         {"GET /x HTTP/1.1\r\n\r\n", "GET /x HTTP/1.1\r\nHost: h\r\nX: a\x01z\r\n\r\n",
          "GET /x HTTP/1.1\r\nHost: h\r\nX: a\rz\r\n\r\n"}) {
        RawClient client{port_};
        client.send(head);
        EXPECT_THAT(client.readToEnd(), Optional(EndsWith(refused(Refusal::Malformed)))) << head;
    }
}

TEST_F(HttpHostTest, SurvivesNonsense) {
    for (const auto* nonsense :
         {"\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01 tls hello", "GET / HTTP/9.9\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
          "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        RawClient client{port_};
        client.send(nonsense);
        (void)client.isSilent();
    }
    EXPECT_THAT(answerTo("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"), HasSubstr("GET /x"));
}

}  // namespace
}  // namespace atelier::net
