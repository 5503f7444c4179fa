#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "emulator/settings.h"
#include "net/http_host.h"
#include "ports/http_client.h"
#include "util/clock.h"

namespace atelier::emulator {

struct EmulatorOptions {
    Settings settings;
    std::uint64_t seed = 1;  ///< of requests that name no seed
    std::string key;         ///< the only x-key let in; empty: any of the form `bfl_…`
    std::size_t max_picture_bytes = 512u << 20;
    Seconds retention{1200};  ///< finished tasks are forgotten after it
    std::size_t remembered_requests = 1000;
};

/// A stand-in for the provider: the contract's routes with the provider's manners,
/// pictures made from the request, faults on order. Lives on one site of the
/// process's `HttpHost`; links in its answers start with the origin of the request.
///
///     Emulator emulator{{}, clock, http};
///     auto site = host.addSite(emulator.site("127.0.0.1", 0));
///     host.start();  // BFL_BASE_URL = http://127.0.0.1:<host.port(*site)>, key kAnyKey
///
/// Stop the host before the emulator is destroyed. Thread-safe.
class Emulator {
  public:
    /// A key that every emulator without `key` lets in.
    static constexpr const char* kAnyKey = "bfl_emulator_key";

    Emulator(EmulatorOptions options, Clock& clock, HttpClient& http);
    ~Emulator();
    Emulator(const Emulator&) = delete;
    Emulator& operator=(const Emulator&) = delete;

    net::Site site(std::string host, std::uint16_t port);

  private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace atelier::emulator
