#include <fmt/format.h>

#include "provider_fixture.h"

namespace atelier::test {
namespace {

class DeliveryTest : public ProviderFixture {};

TEST_F(DeliveryTest, BringsTheBytesAsTheyAreWithoutTheKey) {
    serveReply(200, kPng, "Content-Type: text/html\r\n");
    const auto picture = download(server_->url("/ephemeral/x.png?sig=1"));
    ASSERT_THAT(picture, isOk());
    EXPECT_EQ(**picture, kPng);
    EXPECT_FALSE(server_->requests().at(0).headers.contains("x-key"));
}

TEST_F(DeliveryTest, ExpiredLinksNeedAFreshOne) {
    for (const int status : {403, 404, 410}) {
        serveReply(status, "<Error>AuthenticationFailed</Error>");
        EXPECT_THAT(download(server_->url()), failsWith(ErrorCode::DeliveryFailed));
        EXPECT_EQ(requests(), 1u);
    }
}

TEST_F(DeliveryTest, TriesAgainAfterPassingTrouble) {
    serve([this](Peer& peer, const SeenRequest&) {
        if (requests() == 1) peer.reply(503, "");
        if (requests() == 2)
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\x89PNG"), peer.reset();
        peer.reply(200, kPng);
    });
    EXPECT_THAT(download(server_->url()), isOk());
    serveReply(500, "");
    EXPECT_THAT(download(server_->url()), failsWith(ErrorCode::DeliveryFailed));
    EXPECT_EQ(requests(), 3u);
}

TEST_F(DeliveryTest, OnlyPicturesOfSensibleSizeAreTaken) {
    for (const auto* body : {"<html>login</html>", "", "GIF89a", "RIFF1234WAVE"}) {
        serveReply(200, body);
        EXPECT_THAT(download(server_->url()), failsWith(ErrorCode::ProviderBadAnswer)) << body;
    }
    serve([](Peer& peer, const SeenRequest&) { peer.reply(200, kPng + std::string(5000, 'x')); },
          [](BflOptions& options) { options.max_picture_bytes = 1000; });
    EXPECT_THAT(download(server_->url()), failsWith(ErrorCode::ProviderBadAnswer));
}

TEST_F(DeliveryTest, RefusesPrivateAndStrangeAddresses) {
    serveReply(200, kPng);
    for (const auto& url :
         {fmt::format("https://127.0.0.1:{}/x", server_->port() + 1),
          std::string{"https://169.254.169.254/x"}, std::string{"https://[::1]/x"},
          std::string{"http://delivery-eu.bfl.ai/x"}, std::string{"file:///etc/passwd"},
          std::string{"https://user@host/x"}, std::string{}})
        EXPECT_THAT(download(url), failsWith(ErrorCode::ProviderBadAnswer)) << url;
    EXPECT_EQ(requests(), 0u);
}

TEST_F(DeliveryTest, ARedirectOfTheConfiguredHostIsNotFollowed) {
    serveReply(302, "", "Location: http://169.254.169.254/\r\n");
    EXPECT_THAT(download(server_->url()), failsWith(ErrorCode::DeliveryFailed));
    EXPECT_EQ(requests(), 1u);
}

TEST_F(DeliveryTest, StopsWhenAsked) {
    std::stop_source stop;
    serve([&](Peer& peer, const SeenRequest&) {
        stop.request_stop();
        peer.waitUntilGone();
    });
    EXPECT_THAT(runTask(client_->download(server_->url(), stop.get_token())),
                failsWith(ErrorCode::Canceled));
}

}  // namespace
}  // namespace atelier::test
