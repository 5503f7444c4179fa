#include "unit/redis/fake_redis.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "redis/reply_reader.h"

namespace atelier::redis {
namespace {

constexpr auto kInfo = "# Server\r\nredis_version:7.0.15\r\n";

std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

std::optional<std::string> greet(const FakeRedis::Command& command) {
    if (command[0] == "CLIENT") return "+OK\r\n";
    if (command[0] == "PING") return "+PONG\r\n";
    if (command[0] == "INFO") return bulk(kInfo);
    return std::nullopt;
}

bool readable(int socket) {
    pollfd waiting{socket, POLLIN, 0};
    return ::poll(&waiting, 1, 20) > 0;
}

}  // namespace

FakeRedis::FakeRedis(Answer answer)
    : answer_{std::move(answer)}, listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread{[this] { serve(); }};
}

FakeRedis::~FakeRedis() {
    stopping_ = true;
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
}

std::string FakeRedis::url() const {
    return "redis://127.0.0.1:" + std::to_string(port_);
}

void FakeRedis::serve() {
    while (!stopping_) {
        if (!readable(listener_)) continue;
        const int socket = ::accept(listener_, nullptr, nullptr);
        threads_.emplace_back([this, socket, number = ++connections_] {
            while (!stopping_ && converse(socket, number)) {
            }
            ::close(socket);
        });
    }
}

bool FakeRedis::converse(int socket, int number) {
    ReplyReader reader;
    char buffer[4096];
    while (!stopping_) {
        if (!readable(socket)) continue;
        const auto got = ::recv(socket, buffer, sizeof buffer, 0);
        if (got <= 0) return false;
        reader.feed({buffer, static_cast<std::size_t>(got)});
        for (auto read = reader.next().value(); read; read = reader.next().value()) {
            Command command;
            for (const auto& item : read->items) command.push_back(item.text);
            auto reply = answer_(command, number);
            if (reply == "default") reply = greet(command);
            if (!reply) return false;
            ::send(socket, reply->data(), reply->size(), MSG_NOSIGNAL);
        }
    }
    return false;
}

}  // namespace atelier::redis
