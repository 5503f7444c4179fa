#include "unit/store_mongo/fake_mongo.h"

#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bson/bson.h>
#include <fmt/format.h>

namespace atelier::test {
namespace {

// Source: MongoDB manual, "MongoDB Wire Protocol".
constexpr std::int32_t kReply = 1;
constexpr std::int32_t kQuery = 2004;
constexpr std::int32_t kMessage = 2013;
struct Header {
    std::int32_t length, request_id, response_to, opcode;
};

bool readAll(int socket, char* out, std::size_t size) {
    while (size > 0) {
        const auto got = ::recv(socket, out, size, 0);
        if (got <= 0) return false;
        out += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

/// Name of the first field of the command in `body`.
std::string commandIn(std::int32_t opcode, const std::string& body) {
    std::size_t at = 5;  // flags and the kind of the first section
    if (opcode == kQuery) at = 4 + std::strlen(body.c_str() + 4) + 1 + 8;
    bson_t command;
    std::int32_t length = 0;
    std::memcpy(&length, body.data() + at, sizeof length);
    if (!bson_init_static(&command, reinterpret_cast<const std::uint8_t*>(body.data() + at),
                          static_cast<std::size_t>(length)))
        return "";
    bson_iter_t first;
    if (!bson_iter_init(&first, &command) || !bson_iter_next(&first)) return "";
    const std::string name = bson_iter_key(&first);
    return name == "isMaster" || name == "ismaster" ? "hello" : name;
}

void append(std::string& out, const auto& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string answerTo(const Header& header, const std::string& json) {
    bson_t* document =
        bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()), -1, nullptr);
    std::string body;
    append(body, std::int32_t{0});
    if (header.opcode == kQuery) {
        append(body, std::int64_t{0});
        append(body, std::int32_t{0});
        append(body, std::int32_t{1});
    } else {
        body += '\0';
    }
    body.append(reinterpret_cast<const char*>(bson_get_data(document)), document->len);
    bson_destroy(document);
    std::string out;
    append(out, Header{static_cast<std::int32_t>(sizeof(Header) + body.size()), 1,
                       header.request_id, header.opcode == kQuery ? kReply : kMessage});
    return out + body;
}

}  // namespace

FakeMongo::FakeMongo(Script script)
    : script_{std::move(script)}, listener_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 64);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread{[this] { accept(); }};
}

FakeMongo::~FakeMongo() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    ::close(listener_);
    {
        const std::lock_guard lock{mutex_};
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
}

std::string FakeMongo::uri(const std::string& user, const std::string& options) const {
    return fmt::format("mongodb://{}127.0.0.1:{}/shop{}", user.empty() ? "" : user + "@", port_,
                       options.empty() ? "" : "?" + options);
}

std::string FakeMongo::hello(int wire_version) {
    return fmt::format(
        R"({{"ok": 1, "ismaster": true, "isWritablePrimary": true, "maxBsonObjectSize": 16777216,
             "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "minWireVersion": 0,
             "maxWireVersion": {}}})",
        wire_version);
}

void FakeMongo::accept() {
    for (;;) {
        const int socket = ::accept(listener_, nullptr, nullptr);
        if (socket < 0) return;
        const std::lock_guard lock{mutex_};
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket] { serve(socket); });
    }
}

void FakeMongo::serve(int socket) {
    Header header{};
    while (readAll(socket, reinterpret_cast<char*>(&header), sizeof header)) {
        std::string body(static_cast<std::size_t>(header.length) - sizeof header, '\0');
        if (!readAll(socket, body.data(), body.size())) return;
        const auto json = script_(commandIn(header.opcode, body));
        if (json.empty()) continue;
        const auto answer = answerTo(header, json);
        ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
}

}  // namespace atelier::test
