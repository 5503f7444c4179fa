#pragma once

#include "ports/url_guard.h"

namespace atelier {

/// `UrlGuard` with libcurl's own parser, so that nothing is read differently when it is fetched.
///
/// Allowed is https to a public address or to a host name with a dot in it. Refused are other
/// schemes, credentials, addresses that are not public however they are written (`0x7f.1`,
/// `[::ffff:10.0.0.1]`), and more than 2048 bytes. With `allow_loopback`, for development, http
/// and https to this machine are allowed too.
class CurlUrlGuard final : public UrlGuard {
  public:
    explicit CurlUrlGuard(bool allow_loopback) : allow_loopback_{allow_loopback} {}

    Result<> check(const std::string& url) const override;
    Result<std::string> follow(const std::string& from, const std::string& location) const override;

  private:
    const bool allow_loopback_;
};

}  // namespace atelier
