#include "net/public_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <memory>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace atelier::net {
namespace {

struct Range4 {
    std::uint32_t prefix;
    int bits;
};

constexpr std::uint32_t ip4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array kSpecial4 = {
    Range4{ip4(0, 0, 0, 0), 8},      Range4{ip4(10, 0, 0, 0), 8},
    Range4{ip4(100, 64, 0, 0), 10},  Range4{ip4(127, 0, 0, 0), 8},
    Range4{ip4(169, 254, 0, 0), 16}, Range4{ip4(172, 16, 0, 0), 12},
    Range4{ip4(192, 0, 0, 0), 24},   Range4{ip4(192, 0, 2, 0), 24},
    Range4{ip4(192, 88, 99, 0), 24}, Range4{ip4(192, 168, 0, 0), 16},
    Range4{ip4(198, 18, 0, 0), 15},  Range4{ip4(198, 51, 100, 0), 24},
    Range4{ip4(203, 0, 113, 0), 24}, Range4{ip4(224, 0, 0, 0), 4},
    Range4{ip4(240, 0, 0, 0), 4},
};

bool isPublic4(std::uint32_t address) {
    return std::ranges::none_of(kSpecial4, [address](const Range4& range) {
        return (address ^ range.prefix) >> (32 - range.bits) == 0;
    });
}

using Ip6 = std::array<std::uint8_t, 16>;

bool startsWith(const Ip6& address, std::initializer_list<int> prefix) {
    return std::ranges::equal(prefix, std::span{address}.first(prefix.size()));
}

std::uint32_t embedded4(const Ip6& address, std::size_t at) {
    return ip4(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

bool isPublic6(const Ip6& address) {
    if (startsWith(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}))  // ::ffff:0:0/96, mapped
        return isPublic4(embedded4(address, 12));
    if (startsWith(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}))  // 64:ff9b::/96, NAT64
        return isPublic4(embedded4(address, 12));
    if (startsWith(address, {0x20, 0x02}))
        return isPublic4(embedded4(address, 2));    // 2002::/16, 6to4
    if ((address[0] & 0xe0) != 0x20) return false;  // only 2000::/3 is global unicast
    const bool protocols = startsWith(address, {0x20, 0x01}) && address[2] < 2;  // 2001::/23
    const bool documentation =
        startsWith(address, {0x20, 0x01, 0x0d, 0xb8}) ||                  // 2001:db8::/32
        (startsWith(address, {0x3f, 0xff}) && (address[2] & 0xf0) == 0);  // 3fff::/20
    return !protocols && !documentation;
}

std::uint32_t ip4Of(const sockaddr& address) {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, &address, sizeof ipv4);
    return ntohl(ipv4.sin_addr.s_addr);
}

Ip6 ip6Of(const sockaddr& address) {
    sockaddr_in6 ipv6;
    std::memcpy(&ipv6, &address, sizeof ipv6);
    Ip6 bytes;
    std::memcpy(bytes.data(), ipv6.sin6_addr.s6_addr, bytes.size());
    return bytes;
}

}  // namespace

bool isPublicAddress(const sockaddr& address) {
    if (address.sa_family == AF_INET) return isPublic4(ip4Of(address));
    if (address.sa_family == AF_INET6) return isPublic6(ip6Of(address));
    return false;
}

bool mayBePublic(std::string host) {
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (host == "localhost" || host.ends_with(".localhost")) return false;
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return true;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
    return isPublicAddress(*found->ai_addr);
}

bool isLoopbackAddress(const sockaddr& address) {
    if (address.sa_family == AF_INET) return ip4Of(address) >> 24 == 127;
    if (address.sa_family != AF_INET6) return false;
    const auto bytes = ip6Of(address);
    if (startsWith(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return bytes[12] == 127;
    return startsWith(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
}

}  // namespace atelier::net
