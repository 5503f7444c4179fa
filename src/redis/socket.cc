#include "redis/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "redis/faults.h"

namespace atelier::redis {
namespace {

constexpr std::size_t kReadSize = 64 * 1024;

std::string reason(int code) {
    return std::generic_category().message(code);
}

void set(int descriptor, int level, int option, int value) {
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

/// Small writes leave at once; a peer that vanished is noticed within about 20 s also while idle.
void tune(int descriptor) {
    set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, 10);
    set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set(descriptor, IPPROTO_TCP, TCP_KEEPCNT, 2);
    set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, 20'000);
}

}  // namespace

Result<std::vector<Address>> resolve(const RedisUrl& url) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (const int code =
            ::getaddrinfo(url.host.c_str(), fmt::to_string(url.port).c_str(), &hints, &list);
        code != 0)
        return failure(notReady("the host name in REDIS_URL is not known", ::gai_strerror(code)));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found{list, ::freeaddrinfo};
    std::vector<Address> addresses;
    for (const auto* one = found.get(); one != nullptr; one = one->ai_next) {
        auto& address = addresses.emplace_back();
        std::memcpy(&address.bytes, one->ai_addr, one->ai_addrlen);
        address.size = one->ai_addrlen;
    }
    return addresses;
}

Result<Socket> Socket::connect(const Address& address) {
    Socket socket{::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    const auto* place = reinterpret_cast<const sockaddr*>(&address.bytes);
    if (socket.descriptor_ < 0 ||
        (::connect(socket.descriptor_, place, address.size) != 0 && errno != EINPROGRESS))
        return failure(notReady("Redis cannot be reached", reason(errno)));
    tune(socket.descriptor_);
    return socket;
}

Socket::Socket(Socket&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)},
      tls_{std::exchange(other.tls_, std::nullopt)},
      buffer_{std::move(other.buffer_)} {}

Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(tls_, other.tls_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

Socket::~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::string> Socket::connectFailure() const {
    int code = 0;
    socklen_t size = sizeof code;
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &code, &size) != 0) code = errno;
    if (code == 0) return std::nullopt;
    return reason(code);
}

Result<TlsSession::Step> Socket::secure(const std::string& host) {
    if (!tls_) tls_.emplace(TlsSession::over(descriptor_, host));
    return tls_->shakeHands();
}

Result<std::string_view> Socket::read() {
    buffer_.resize(kReadSize);
    if (tls_) return tls_->read(buffer_);
    const auto got = ::recv(descriptor_, buffer_.data(), buffer_.size(), 0);
    if (got > 0) return std::string_view{buffer_}.substr(0, static_cast<std::size_t>(got));
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::string_view{};
    return failure(notReady("the connection to Redis broke",
                            got == 0 ? "closed by the server" : reason(errno)));
}

Result<std::size_t> Socket::write(std::string_view bytes) {
    if (tls_) return tls_->write(bytes);
    const auto put = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0) return static_cast<std::size_t>(put);
    if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
    return failure(notReady("the connection to Redis broke", reason(errno)));
}

}  // namespace atelier::redis
