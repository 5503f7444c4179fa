#include "service/auth/client_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace atelier {
namespace {

constexpr std::size_t kPrefixBytes = 8;

std::string textOf(int family, const void* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(family, bytes, text.data(), text.size());
}

}  // namespace

std::string clientNetwork(const std::string& address) {
    in6_addr parsed{};
    // A link-local address may carry its interface: `fe80::1%eth0`.
    const auto bare = address.substr(0, address.find('%'));
    if (::inet_pton(AF_INET6, bare.c_str(), &parsed) != 1) return address;
    if (IN6_IS_ADDR_V4MAPPED(&parsed)) return textOf(AF_INET, &parsed.s6_addr[12]);
    std::fill(std::begin(parsed.s6_addr) + kPrefixBytes, std::end(parsed.s6_addr), 0);
    return textOf(AF_INET6, &parsed) + "/64";
}

}  // namespace atelier
