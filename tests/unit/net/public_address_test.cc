#include "net/public_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <gtest/gtest.h>

namespace atelier::net {
namespace {

bool isPublic(const char* text) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    if (::inet_pton(AF_INET, text, &ipv4.sin_addr) == 1)
        return isPublicAddress(reinterpret_cast<const sockaddr&>(ipv4));
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text, &ipv6.sin6_addr), 1) << text;
    return isPublicAddress(reinterpret_cast<const sockaddr&>(ipv6));
}

TEST(PublicAddressTest, AcceptsAddressesOfTheInternet) {
    for (const auto* text :
         {"1.1.1.1", "9.255.255.255", "100.63.255.255", "100.128.0.0", "172.15.255.255",
          "172.32.0.0", "192.167.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
          "2a00:1450:4001::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:0101:0101::1"})
        EXPECT_TRUE(isPublic(text)) << text;
}

TEST(PublicAddressTest, RefusesPrivateAndSpecialIpv4) {
    for (const auto* text :
         {"0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
          "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
          "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
          "239.255.255.255", "240.0.0.1", "255.255.255.255"})
        EXPECT_FALSE(isPublic(text)) << text;
}

TEST(PublicAddressTest, RefusesPrivateAndSpecialIpv6) {
    for (const auto* text :
         {"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
          "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
          "2002:7f00:1::", "2002:c0a8:101::", "3fff:fff::1", "fc00::1", "fd00:ec2::254", "fe80::1",
          "fec0::1", "ff02::1", "5f00::1"})
        EXPECT_FALSE(isPublic(text)) << text;
}

TEST(PublicAddressTest, RefusesOtherFamilies) {
    sockaddr address{};
    address.sa_family = AF_UNIX;
    EXPECT_FALSE(isPublicAddress(address));
}

TEST(PublicHostTest, NamesArePublicUnlessTheyAreOurOwn) {
    for (const auto* host : {"shop.example", "8.8.8.8", "[2606:4700:4700::1111]"})
        EXPECT_TRUE(mayBePublic(host)) << host;
    for (const auto* host :
         {"localhost", "x.localhost", "127.0.0.1", "10.1.2.3", "[::1]", "2130706433"})
        EXPECT_FALSE(mayBePublic(host)) << host;
}

}  // namespace
}  // namespace atelier::net
