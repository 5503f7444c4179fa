#include "net/connection_table.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <unordered_map>

namespace atelier::net {
namespace {

constexpr Millis kLingerAfterRefusal{5'000};
constexpr unsigned kUnacknowledgedMs = 30'000;

struct LoopPeers {
    int accepted_fd = -1;
    bool sweeping = false;
    std::unordered_map<const trantor::TcpConnection*, std::shared_ptr<Peer>> peers;
};

LoopPeers& ofThisLoop() {
    thread_local LoopPeers peers;
    return peers;
}

}  // namespace

void Peer::enter(Phase next) {
    phase = next;
    phase_since = std::chrono::steady_clock::now();
    on_overdue = nullptr;
    if (const auto open = connection.lock()) bytes_at_phase = open->bytesReceived();
}

void ConnectionTable::noteAccepted(int fd) {
    // Gives up on a peer that acknowledges nothing, also while its window is closed.
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedMs, sizeof kUnacknowledgedMs);
    ofThisLoop().accepted_fd = fd;
}

void ConnectionTable::onConnection(const trantor::TcpConnectionPtr& connection) {
    auto& loop = ofThisLoop();
    if (!connection->connected()) {
        loop.peers.erase(connection.get());
        return;
    }
    connection->setTcpNoDelay(true);
    auto peer = std::make_shared<Peer>();
    peer->connection = connection;
    peer->fd = std::exchange(loop.accepted_fd, -1);
    peer->last_traffic = std::chrono::steady_clock::now();
    peer->enter(Peer::Phase::Waiting);
    loop.peers.insert_or_assign(connection.get(), std::move(peer));
    if (!std::exchange(loop.sweeping, true))
        connection->getLoop()->runEvery(1.0, [this] { sweep(); });
}

std::shared_ptr<Peer> ConnectionTable::find(const trantor::TcpConnection* connection) {
    const auto& peers = ofThisLoop().peers;
    const auto found = peers.find(connection);
    return found == peers.end() ? nullptr : found->second;
}

void ConnectionTable::sweep() const {
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::pair<std::shared_ptr<Peer>, trantor::TcpConnectionPtr>> overdue;
    for (const auto& [key, peer] : ofThisLoop().peers) {
        auto connection = peer->connection.lock();
        if (connection && isOverdue(*peer, *connection, now))
            overdue.emplace_back(peer, std::move(connection));
    }
    for (const auto& [peer, connection] : overdue) {
        const auto answer = std::exchange(peer->on_overdue, nullptr);
        if (answer && !peer->closing)
            answer();
        else
            connection->forceClose();
    }
}

bool ConnectionTable::isOverdue(Peer& peer, const trantor::TcpConnection& connection,
                                SteadyTime now) const {
    const auto traffic = connection.bytesReceived() + connection.bytesSent();
    if (traffic != peer.traffic) {
        peer.traffic = traffic;
        peer.last_traffic = now;
    }
    if (peer.closing) return now - peer.phase_since > kLingerAfterRefusal;
    if (peer.running > 0) return false;

    const auto received = connection.bytesReceived() - peer.bytes_at_phase;
    const auto elapsed = std::chrono::duration_cast<Millis>(now - peer.phase_since);
    if (peer.phase == Peer::Phase::Receiving) {
        const auto allowed =
            timeouts_.header + Millis{received * 1000 / timeouts_.min_body_bytes_per_second};
        return elapsed > allowed;
    }
    if (received == 0) {
        peer.phase_since = now;  // the clock of the headers starts with their first byte
        return now - peer.last_traffic > timeouts_.idle;
    }
    return elapsed > timeouts_.header;
}

}  // namespace atelier::net
