#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "domain/error.h"

struct ssl_st;

namespace atelier::redis {

/// TLS 1.2 or newer over a connected socket that does not block. The server must prove that it is
/// who the URL names, by a certificate that the system trusts; OpenSSL takes other authorities from
/// SSL_CERT_FILE and SSL_CERT_DIR. Not thread-safe.
/// Source: https://docs.openssl.org/3.0/man7/ossl-guide-tls-client-non-block/
class TlsSession {
  public:
    enum class Step { Done, WaitsForRead, WaitsForWrite };

    /// Of a host name or an IP address. `descriptor` stays the caller's.
    static TlsSession over(int descriptor, const std::string& host);

    /// Goes on with the handshake. Errors: NotReady (no TLS there, certificate not trusted,
    /// broken).
    Result<Step> shakeHands();
    /// As Socket::read, into `buffer`; empty when there are none yet.
    Result<std::string_view> read(std::string& buffer);
    /// As Socket::write.
    Result<std::size_t> write(std::string_view bytes);

  private:
    struct Free {
        void operator()(ssl_st* ssl) const;
    };
    explicit TlsSession(std::unique_ptr<ssl_st, Free> ssl) : ssl_{std::move(ssl)} {}

    std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace atelier::redis
