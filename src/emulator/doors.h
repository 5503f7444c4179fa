#pragma once

#include "emulator/provider_api.h"
#include "emulator/wire.h"

namespace atelier::emulator {

/// The emulator's own doors under /_emulator, not part of the provider's API:
/// statistics, recorded requests, faults, settings. Thread-safe.
class Doors {
  public:
    explicit Doors(State& state) : state_{state} {}

    static bool isDoor(std::string_view path) { return path.starts_with("/_emulator/"); }
    Reply answer(const Request& request);

  private:
    Reply faults(const Request& request);
    Reply settings(const Request& request);
    Reply requests(const Request& request);

    State& state_;
};

}  // namespace atelier::emulator
