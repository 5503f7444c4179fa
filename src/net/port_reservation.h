#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "domain/error.h"

namespace atelier::net {

/// A TCP address that is bound but not listened on: nobody else can take it, and a
/// listening socket with SO_REUSEPORT of this user may be opened on it. Released
/// when destroyed.
class PortReservation {
  public:
    /// `host` is a name or a number; `port` 0 takes any free one.
    /// Errors: NotReady (in use, unknown host, no permission; the cause says which).
    static Result<std::unique_ptr<PortReservation>> take(const std::string& host,
                                                         std::uint16_t port);
    ~PortReservation();
    PortReservation(const PortReservation&) = delete;
    PortReservation& operator=(const PortReservation&) = delete;

    /// Numeric, as in `127.0.0.1` or `::1`.
    const std::string& address() const { return address_; }
    std::uint16_t port() const { return port_; }

  private:
    PortReservation(int fd, std::string address, std::uint16_t port)
        : fd_{fd}, address_{std::move(address)}, port_{port} {}

    int fd_;
    std::string address_;
    std::uint16_t port_;
};

}  // namespace atelier::net
