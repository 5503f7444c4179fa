#pragma once

#include <string>

struct sockaddr;

namespace atelier::net {

/// Whether `address` is one that anybody on the Internet may be sent to. Everything
/// but IPv4 and IPv6 is refused, as are loopback, private, link-local (with the
/// clouds' metadata services), carrier NAT, multicast, documentation and reserved
/// ranges, and IPv6 forms that carry a refused IPv4 address.
/// Source: IANA special-purpose address registries (RFC 6890).
bool isPublicAddress(const sockaddr& address);

/// Whether the host of a URL (IPv6 in brackets) may be reachable by anybody: names are taken for
/// public, but `localhost` is not; addresses as above. Resolves nothing.
bool mayBePublic(std::string host);

/// Whether `address` is this machine: 127.0.0.0/8, ::1 and what maps to them.
bool isLoopbackAddress(const sockaddr& address);

}  // namespace atelier::net
