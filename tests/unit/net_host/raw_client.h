#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace atelier::net {

/// A TCP client that sends any bytes at all and shows what comes back. Waits at most ten seconds
/// for anything.
class RawClient {
  public:
    explicit RawClient(std::uint16_t port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False when the server does not take connections.
    bool connected() const { return socket_ >= 0; }
    void send(std::string_view bytes) const;
    /// What has arrived once it contains `mark`, or all there was when the connection ended.
    std::string readUntil(std::string_view mark);
    /// Everything until the server closes; empty when it broke the connection off.
    std::optional<std::string> readToEnd();
    /// True when nothing arrives and the connection stays open for a moment.
    bool isSilent() const;

  private:
    int socket_;
    std::string received_;
};

}  // namespace atelier::net
