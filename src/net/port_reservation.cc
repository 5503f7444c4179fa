#include "net/port_reservation.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "util/scope_exit.h"

namespace atelier::net {
namespace {

std::unexpected<Error> unusable(const std::string& host, std::uint16_t port, const char* why) {
    return failure(ErrorCode::NotReady, fmt::format("cannot listen on {}:{}: {}", host, port, why));
}

/// A bound socket; -1 with errno set. Without `shared` it fails when anyone listens there.
int bindTo(const addrinfo& address, bool shared) {
    const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shared) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (::bind(fd, address.ai_addr, address.ai_addrlen) == 0) return fd;
    const int why = errno;
    ::close(fd);
    errno = why;
    return -1;
}

}  // namespace

Result<std::unique_ptr<PortReservation>> PortReservation::take(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const auto service = std::to_string(port);
    if (const int code = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &found); code != 0)
        return unusable(host, port, ::gai_strerror(code));
    const ScopeExit release{[found] { ::freeaddrinfo(found); }};

    if (port != 0) {
        const int alone = bindTo(*found, false);
        if (alone < 0) return unusable(host, port, std::strerror(errno));
        ::close(alone);
    }
    const int fd = bindTo(*found, true);
    if (fd < 0) return unusable(host, port, std::strerror(errno));

    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    char address[NI_MAXHOST]{}, number[NI_MAXSERV]{};
    ::getnameinfo(reinterpret_cast<sockaddr*>(&bound), size, address, sizeof address, number, sizeof number,
                  NI_NUMERICHOST | NI_NUMERICSERV);
    const auto actual = static_cast<std::uint16_t>(std::stoul(number));
    return std::unique_ptr<PortReservation>{new PortReservation{fd, address, actual}};
}

PortReservation::~PortReservation() { ::close(fd_); }

}  // namespace atelier::net
