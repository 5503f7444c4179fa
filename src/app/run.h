#pragma once

#include <cstdint>
#include <string>

#include "config/settings.h"

namespace atelier {

/// The long-running commands. Each prints one line on stdout when it is ready, serves
/// until SIGTERM or SIGINT, drains and returns the exit code. What stops the start is
/// told in one sentence on stderr.

int runServe(const Settings& settings, bool with_worker);

/// Needs a queue that processes share.
int runWorker(const Settings& settings);

struct EmulatorFlags {
    ListenAddress listen{"127.0.0.1", 0};
    std::int64_t latency_ms = 300;
    std::uint64_t seed = 1;
};
int runEmulator(const EmulatorFlags& flags);

}  // namespace atelier
