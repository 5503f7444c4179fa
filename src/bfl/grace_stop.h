#pragma once

#include <optional>
#include <stop_token>

#include "util/clock.h"

namespace atelier::bfl {

/// A stop token that follows another one only after some time: for a request that
/// costs money, whose answer is worth waiting for a little.
class GraceStop {
  public:
    GraceStop(Clock& clock, Millis grace, std::stop_token stop)
        : on_stop_{std::move(stop), Follow{clock, grace, abort_, done_.get_token()}} {}
    ~GraceStop() { done_.request_stop(); }

    std::stop_token token() const { return abort_.get_token(); }

  private:
    struct Follow {
        Clock& clock;
        Millis grace;
        std::stop_source abort;
        std::stop_token done;
        void operator()() const {
            clock.alarm(grace, done, [abort = abort]() mutable { abort.request_stop(); });
        }
    };

    std::stop_source abort_;
    std::stop_source done_;
    std::stop_callback<Follow> on_stop_;
};

}  // namespace atelier::bfl
