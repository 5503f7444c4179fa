#pragma once

#include <string>

#include "util/task.h"
#include "util/time.h"

namespace atelier {

/// Lets one of several processes do what need not be done by all. It spares work and guarantees
/// nothing: after a pause, or while the processes cannot agree, two may do the same at once.
/// Thread-safe.
class Turns {
  public:
    virtual ~Turns() = default;

    /// True when it is this process's turn to do `what`; it stays so for `hold` from now, and
    /// longer when asked again.
    virtual Task<bool> take(std::string what, Millis hold) = 0;
    /// The next one need not wait for the end of our turn.
    virtual Task<> end(std::string what) = 0;
};

}  // namespace atelier
