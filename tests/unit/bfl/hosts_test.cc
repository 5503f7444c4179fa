#include "bfl/hosts.h"

#include <gmock/gmock.h>

namespace atelier::bfl {
namespace {

using enum Hosts::Delivery;

TEST(OriginTest, ReadsSchemeHostAndPort) {
    EXPECT_EQ(originOf("https://API.bfl.ai/v1/x?y#z")->str(), "https://api.bfl.ai:443");
    EXPECT_EQ(originOf("http://127.0.0.1:8080")->str(), "http://127.0.0.1:8080");
    EXPECT_EQ(originOf("http://[::1]:99/x")->str(), "http://[::1]:99");
    EXPECT_EQ(originOf("http://[::1]/x")->str(), "http://[::1]:80");
    EXPECT_EQ(originOf("https://h?x")->host, "h");
}

TEST(OriginTest, RefusesWhatParsersDisagreeOn) {
    for (const auto* url : {"", "x", "//h/x", "ftp://h/", "https://", "https:///x", "https://u@h/",
                            "https://h\\@e/", "https://h /", "https://h:0/", "https://h:99999/",
                            "https://h:8o/", "https://h:/", "https://h\n/", "https://h%2e/",
                            "https://[::1/", "https://bücher.example/", "https://h:1:2/"})
        EXPECT_FALSE(originOf(url)) << url;
}

TEST(HostsTest, RegionsHaveTheirBase) {
    EXPECT_EQ(Hosts(BflRegion::Global, "").base(), "https://api.bfl.ai");
    EXPECT_EQ(Hosts(BflRegion::Eu, "").base(), "https://api.eu.bfl.ai");
    EXPECT_EQ(Hosts(BflRegion::Us, "").base(), "https://api.us.bfl.ai");
    EXPECT_EQ(Hosts(BflRegion::Eu, "http://localhost:1/").base(), "http://localhost:1");
}

TEST(HostsTest, PollsAnyClusterOfTheProvider) {
    const Hosts hosts{BflRegion::Global, ""};
    for (const auto* cluster : {"eu2", "us1", "us6", "ice", "eu"})
        EXPECT_TRUE(
            hosts.mayPoll(std::string{"https://api."} + cluster + ".bfl.ai/v1/get_result?id=1"));
    EXPECT_TRUE(hosts.mayPoll("https://api.bfl.ai/v1/get_result?id=1"));
    EXPECT_FALSE(hosts.mayPoll("http://api.eu2.bfl.ai/"));
    EXPECT_FALSE(hosts.mayPoll("https://bfl.ai.example/"));
    EXPECT_FALSE(hosts.mayPoll("https://evilbfl.ai/"));
}

TEST(HostsTest, AnEuPinIsNeverLeft) {
    const Hosts hosts{BflRegion::Eu, ""};
    EXPECT_TRUE(hosts.mayPoll("https://api.eu.bfl.ai/x"));
    EXPECT_TRUE(hosts.mayPoll("https://api.eu2.bfl.ai/x"));
    for (const auto* url :
         {"https://api.us1.bfl.ai/x", "https://api.bfl.ai/x", "https://api.ice.bfl.ai/x"})
        EXPECT_FALSE(hosts.mayPoll(url)) << url;
    EXPECT_FALSE(hosts.baseFor(*contract::Contract::bfl().find("/v1/my_finetunes")));
    EXPECT_EQ(hosts.delivery("https://delivery-us.bfl.ai/x"), Refused);
    EXPECT_EQ(hosts.delivery("https://delivery-eu1.bfl.ai/x"), PublicOnly);
    EXPECT_EQ(hosts.delivery("https://bfldeliveryprod.blob.core.windows.net/x"), PublicOnly);
}

TEST(HostsTest, FinetunesLiveElsewhere) {
    const auto& endpoint = *contract::Contract::bfl().find("/v1/my_finetunes");
    EXPECT_EQ(Hosts(BflRegion::Global, "").baseFor(endpoint), "https://api.us1.bfl.ai");
    EXPECT_EQ(Hosts(BflRegion::Us, "").baseFor(endpoint), "https://api.us1.bfl.ai");
    EXPECT_EQ(Hosts(BflRegion::Eu, "http://e:1").baseFor(endpoint), "http://e:1");
}

TEST(HostsTest, OnlyTheConfiguredBaseIsTrustedForDelivery) {
    const Hosts hosts{BflRegion::Global, "http://127.0.0.1:99/"};
    EXPECT_EQ(hosts.delivery("http://127.0.0.1:99/d/x.png"), Trusted);
    EXPECT_TRUE(hosts.mayPoll("http://127.0.0.1:99/v1/get_result?id=1"));
    EXPECT_FALSE(hosts.mayPoll("http://127.0.0.1:98/v1/get_result?id=1"));
    EXPECT_EQ(hosts.delivery("http://127.0.0.1:98/d/x.png"), Refused);
    EXPECT_EQ(hosts.delivery("https://127.0.0.1:98/d/x.png"), PublicOnly);
}

}  // namespace
}  // namespace atelier::bfl
