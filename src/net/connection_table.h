#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <trantor/net/EventLoop.h>
#include <trantor/net/TcpConnection.h>

#include "util/time.h"

namespace atelier::net {

/// What is known of one open connection. Fields belong to its event loop.
struct Peer {
    enum class Phase { Waiting, Receiving };

    std::weak_ptr<trantor::TcpConnection> connection;
    int fd = -1;
    Phase phase = Phase::Waiting;
    int running = 0;  ///< handlers whose answer is awaited
    SteadyTime phase_since{};
    SteadyTime last_traffic{};
    std::size_t bytes_at_phase = 0;    ///< received when the phase began
    std::size_t traffic = 0;           ///< received and sent, at the last look
    bool closing = false;              ///< close it for good soon, whatever it does
    bool last = false;                 ///< no request may follow the one that runs
    std::function<void()> on_overdue;  ///< answers a request whose body comes too slowly

    void enter(Phase next);
};

struct PeerTimeouts {
    Millis idle;
    Millis header;
    std::size_t min_body_bytes_per_second;
};

/// The open connections, one list per event loop, looked over once a second for
/// clients that are too slow: `slowloris` is closed here. Static functions must be
/// called on the connection's own loop.
class ConnectionTable {
  public:
    explicit ConnectionTable(PeerTimeouts timeouts) : timeouts_{timeouts} {}

    /// The socket that was accepted last on this thread; its connection follows.
    static void noteAccepted(int fd);
    void onConnection(const trantor::TcpConnectionPtr& connection);
    /// Null when the connection is gone.
    static std::shared_ptr<Peer> find(const trantor::TcpConnection* connection);

  private:
    void sweep() const;
    bool isOverdue(Peer& peer, const trantor::TcpConnection& connection, SteadyTime now) const;

    const PeerTimeouts timeouts_;
};

}  // namespace atelier::net
