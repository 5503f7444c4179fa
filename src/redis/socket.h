#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "redis/redis_url.h"
#include "redis/tls.h"

namespace atelier::redis {

/// One of the places a host name stands for.
struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

/// Looks the host up, which blocks as long as the system's resolver does. Never empty. Errors:
/// NotReady (unknown name).
Result<std::vector<Address>> resolve(const RedisUrl& url);

/// A TCP connection that never blocks, plain or below TLS; closed when destroyed. Not thread-safe.
class Socket {
  public:
    /// Begins to connect; writable when that is decided. Errors: NotReady (no way there).
    static Result<Socket> connect(const Address& address);
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();

    int descriptor() const { return descriptor_; }
    /// After the first "writable": empty when connected, else what went wrong.
    std::optional<std::string> connectFailure() const;

    /// Begins TLS, or goes on with it; from `Done` on all that is read and written goes through it.
    /// Errors: as TlsSession::shakeHands.
    Result<TlsSession::Step> secure(const std::string& host);

    /// Bytes read, empty when there are none yet. Errors: NotReady (closed or broken).
    Result<std::string_view> read();
    /// How many bytes were taken, 0 when the way is full. Errors: NotReady (broken).
    Result<std::size_t> write(std::string_view bytes);

  private:
    explicit Socket(int descriptor) : descriptor_{descriptor} {}

    int descriptor_ = -1;
    std::optional<TlsSession> tls_;
    std::string buffer_;
};

}  // namespace atelier::redis
