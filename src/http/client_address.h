#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"

namespace atelier::http {

/// Addresses or CIDR blocks of proxies that may be believed. Immutable, thread-safe.
class TrustedProxies {
  public:
    /// Entries such as `10.0.0.0/8`, `::1`. Errors: ValidationFailed (not an address or block).
    static Result<TrustedProxies> parse(const std::vector<std::string>& entries);

    /// The client's address: the peer's, or, while that is a trusted proxy, the next one to the
    /// left in X-Forwarded-For.
    std::string clientOf(std::string_view peer, std::string_view forwarded_for) const;

  private:
    struct Block {
        std::array<unsigned char, 16> bytes{};  ///< IPv4 as ::ffff:a.b.c.d
        int bits = 128;
    };
    bool trusts(std::string_view address) const;

    std::vector<Block> blocks_;
};

}  // namespace atelier::http
