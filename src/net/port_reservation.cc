#include "net/port_reservation.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>

#include <fmt/format.h>

#include "util/scope_exit.h"

namespace atelier::net {
namespace {

std::unexpected<Error> unusable(const std::string& host, std::uint16_t port, const char* why) {
    return failure(ErrorCode::NotReady, fmt::format("cannot listen on {}:{}: {}", host, port, why));
}

/// A bound socket with these options of SOL_SOCKET switched on; -1 with errno set.
int bindTo(const addrinfo& address, std::initializer_list<int> options) {
    const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    const int on = 1;
    for (const int option : options) ::setsockopt(fd, SOL_SOCKET, option, &on, sizeof on);
    if (::bind(fd, address.ai_addr, address.ai_addrlen) == 0) return fd;
    const int why = errno;
    ::close(fd);
    errno = why;
    return -1;
}

/// Fails when anyone listens there or has reserved it.
bool isFree(const addrinfo& address) {
    const int fd = bindTo(address, {SO_REUSEADDR});
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

/// Without SO_REUSEADDR, so that the next one to ask is refused although nobody listens yet; with
/// it where connections of an earlier program still fade out.
int reserve(const addrinfo& address) {
    const int fd = bindTo(address, {SO_REUSEPORT});
    return fd >= 0 ? fd : bindTo(address, {SO_REUSEPORT, SO_REUSEADDR});
}

}  // namespace

Result<std::unique_ptr<PortReservation>> PortReservation::take(const std::string& host,
                                                               std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const auto service = std::to_string(port);
    if (const int code = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &found); code != 0)
        return unusable(host, port, ::gai_strerror(code));
    const ScopeExit release{[found] { ::freeaddrinfo(found); }};

    if (port != 0 && !isFree(*found)) return unusable(host, port, std::strerror(errno));
    const int fd = reserve(*found);
    if (fd < 0) return unusable(host, port, std::strerror(errno));

    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    char address[NI_MAXHOST]{}, number[NI_MAXSERV]{};
    ::getnameinfo(reinterpret_cast<sockaddr*>(&bound), size, address, sizeof address, number,
                  sizeof number, NI_NUMERICHOST | NI_NUMERICSERV);
    const auto actual = static_cast<std::uint16_t>(std::stoul(number));
    return std::unique_ptr<PortReservation>{new PortReservation{fd, address, actual}};
}

PortReservation::~PortReservation() {
    ::close(fd_);
}

}  // namespace atelier::net
