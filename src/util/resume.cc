#include "util/resume.h"

#include <trantor/net/EventLoop.h>

namespace atelier {

Resumer::Resumer(std::coroutine_handle<> caller)
    : caller_{caller}, loop_{trantor::EventLoop::getEventLoopOfCurrentThread()} {}

void Resumer::operator()() const {
    // The frame that holds this object may be gone once the coroutine runs.
    const auto caller = caller_;
    if (loop_ != nullptr) {
        loop_->queueInLoop([caller] { caller.resume(); });
    } else {
        caller.resume();
    }
}

}  // namespace atelier
