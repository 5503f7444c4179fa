#pragma once

#include <csignal>

namespace atelier {

/// SIGTERM and SIGINT, taken by whoever calls `wait` instead of by a handler. Make it
/// before any thread is started: threads inherit that the signals are blocked.
class StopSignals {
  public:
    StopSignals() {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGINT);
        pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }
    /// Blocks until one of them comes.
    void wait() const {
        int signal = 0;
        sigwait(&set_, &signal);
    }

  private:
    sigset_t set_{};
};

}  // namespace atelier
