#include "unit/net_host/raw_client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace atelier::net {

RawClient::RawClient(std::uint16_t port)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return;
    ::close(socket_);
    socket_ = -1;
}

RawClient::~RawClient() {
    if (socket_ >= 0) ::close(socket_);
}

void RawClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string RawClient::readUntil(std::string_view mark) {
    std::array<char, 4096> buffer{};
    while (!received_.contains(mark)) {
        const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (count <= 0) break;
        received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return std::exchange(received_, {});
}

std::optional<std::string> RawClient::readToEnd() {
    std::array<char, 4096> buffer{};
    while (true) {
        const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (count == 0) return std::exchange(received_, {});
        if (count < 0) return std::nullopt;
        received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

bool RawClient::isSilent() const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 100) == 0;
}

}  // namespace atelier::net
