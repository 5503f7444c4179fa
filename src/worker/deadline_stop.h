#pragma once

#include <algorithm>
#include <stop_token>

#include "util/clock.h"

namespace atelier {

/// A stop token that follows another one and also fires by itself at a deadline, so
/// that whatever waits is over by then.
class DeadlineStop {
  public:
    DeadlineStop(Clock& clock, Instant deadline, std::stop_token stop)
        : outer_{stop}, on_stop_{std::move(stop), Follow{abort_}} {
        clock.alarm(std::max(deadline - clock.now(), Millis{0}), done_.get_token(), Follow{abort_});
    }
    ~DeadlineStop() { done_.request_stop(); }

    std::stop_token token() const { return abort_.get_token(); }
    /// What is followed, for work that the deadline does not concern.
    std::stop_token stop() const { return outer_; }
    /// The deadline has passed, and nobody asked to stop before.
    bool expired() const { return abort_.stop_requested() && !outer_.stop_requested(); }

  private:
    struct Follow {
        std::stop_source abort;
        void operator()() { abort.request_stop(); }
    };

    std::stop_source abort_;
    std::stop_source done_;
    std::stop_token outer_;
    std::stop_callback<Follow> on_stop_;
};

}  // namespace atelier
