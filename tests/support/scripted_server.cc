#include "support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "support/test_certificate.h"

namespace atelier::test {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

int bound(int* port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t length = sizeof address;
    if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw std::runtime_error{"no loopback port"};
    *port = ntohs(address.sin_port);
    return fd;
}

void parseHead(std::string_view head, SeenRequest& request) {
    const auto line_end = head.find("\r\n");
    const auto line = head.substr(0, line_end);
    const auto space = line.find(' ');
    request.method = line.substr(0, space);
    request.target = line.substr(space + 1, line.rfind(' ') - space - 1);
    for (auto rest = head.substr(line_end + 2); !rest.empty();) {
        const auto end = std::min(rest.find("\r\n"), rest.size());
        const auto field = rest.substr(0, end);
        const auto colon = field.find(':');
        std::string name{field.substr(0, colon)};
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        request.headers[name] = colon + 2 <= field.size() ? field.substr(colon + 2) : "";
        rest.remove_prefix(std::min(end + 2, rest.size()));
    }
}

}  // namespace

Peer::Peer(int socket, int number, ssl_ctx_st* tls) : socket_{socket}, number_{number} {
    if (tls == nullptr) return;
    tls_ = SSL_new(tls);
    SSL_set_fd(tls_, socket_);
    if (SSL_accept(tls_) == 1) return;
    SSL_free(tls_);  // the destructor of an unfinished object does not run
    throw ScriptedServer::Done{};
}

Peer::~Peer() {
    if (tls_ != nullptr) {
        SSL_shutdown(tls_);
        SSL_free(tls_);
    }
}

long Peer::receive(char* buffer, std::size_t size) {
    if (tls_ != nullptr) return SSL_read(tls_, buffer, static_cast<int>(size));
    return ::recv(socket_, buffer, size, 0);
}

bool Peer::read(SeenRequest& request) {
    request = {};
    request.connection = number_;
    char piece[16384];
    const auto fill = [&] {
        const auto length = receive(piece, sizeof piece);
        if (length <= 0) return false;
        buffered_.append(piece, static_cast<std::size_t>(length));
        return true;
    };
    std::size_t head = buffered_.find("\r\n\r\n");
    while (head == std::string::npos) {
        if (!fill()) return false;
        head = buffered_.find("\r\n\r\n");
    }
    parseHead(std::string_view{buffered_}.substr(0, head + 2), request);
    buffered_.erase(0, head + 4);
    const auto length = request.headers.contains("content-length")
                            ? std::stoul(request.headers["content-length"])
                            : 0;
    while (buffered_.size() < length) {
        if (!fill()) return false;
    }
    request.body = buffered_.substr(0, length);
    buffered_.erase(0, length);
    return true;
}

void Peer::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const long sent = tls_ != nullptr
                              ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) throw ScriptedServer::Done{};
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Peer::reply(int status, std::string_view body, const std::string& extra_headers) {
    write(fmt::format("HTTP/1.1 {} Whatever\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                      extra_headers, body));
}

void Peer::reset() {
    const linger abrupt{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
    throw ScriptedServer::Done{};
}

void Peer::waitUntilGone() {
    char ignored[4096];
    while (receive(ignored, sizeof ignored) > 0) {
    }
}

ScriptedServer::ScriptedServer(Script script, Transport transport) : script_{std::move(script)} {
    if (transport == Transport::Tls) tls_ = makeTlsContext(&ca_file_);
    listener_ = bound(&port_);
    if (::listen(listener_, 4096) != 0) throw std::runtime_error{"cannot listen"};
    acceptor_ = std::thread{[this] { accept(); }};
}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
        const std::lock_guard lock{mutex_};
        for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    if (tls_ != nullptr) SSL_CTX_free(tls_);
    if (!ca_file_.empty()) ::unlink(ca_file_.c_str());
}

std::string ScriptedServer::url(const std::string& path) const {
    return fmt::format("{}://127.0.0.1:{}{}", tls_ != nullptr ? "https" : "http", port_, path);
}

std::vector<SeenRequest> ScriptedServer::requests() const {
    const std::lock_guard lock{mutex_};
    return seen_;
}

void ScriptedServer::waitForRequests(std::size_t count) {
    std::unique_lock lock{mutex_};
    arrived_.wait(lock, [&] { return seen_.size() >= count; });
}

void ScriptedServer::accept() {
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const int number = ++connections_;
        const std::lock_guard lock{mutex_};
        open_.push_back(socket);
        threads_.emplace_back([this, socket, number] { serve(socket, number); });
    }
}

void ScriptedServer::serve(int socket, int number) {
    try {
        Peer peer{socket, number, tls_};
        SeenRequest request;
        while (peer.read(request)) {
            {
                const std::lock_guard lock{mutex_};
                seen_.push_back(request);
            }
            arrived_.notify_all();
            script_(peer, request);
        }
    } catch (const Done&) {
    }
    const std::lock_guard lock{mutex_};
    std::erase(open_, socket);
    ::close(socket);
}

SilentServer::SilentServer() : listener_{bound(&port_)} {
    if (::listen(listener_, 4096) != 0) throw std::runtime_error{"cannot listen"};
}

SilentServer::~SilentServer() {
    for (const int socket : open_) ::close(socket);
    ::close(listener_);
}

std::string SilentServer::url() const {
    return fmt::format("http://127.0.0.1:{}/", port_);
}

void SilentServer::acceptAll(int count) {
    for (int i = 0; i < count; ++i)
        open_.push_back(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
}

int closedPort() {
    int port = 0;
    ::close(bound(&port));
    return port;
}

}  // namespace atelier::test
