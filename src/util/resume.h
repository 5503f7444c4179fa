#pragma once

#include <coroutine>
#include <span>

namespace trantor {
class EventLoop;
}

namespace atelier {

/// Resumes a suspended coroutine where it came from: on the event loop that was
/// current when the `Resumer` was made, or in place when there was none.
/// Call it exactly once, from any thread.
class Resumer {
  public:
    explicit Resumer(std::coroutine_handle<> caller);
    void operator()() const;

  private:
    friend void resumeAll(std::span<const Resumer> resumers);

    std::coroutine_handle<> caller_;
    trantor::EventLoop* loop_;
};

/// Calls all of them, in order, waking each event loop once; those without a loop come last.
void resumeAll(std::span<const Resumer> resumers);

}  // namespace atelier
