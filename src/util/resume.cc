#include "util/resume.h"

#include <trantor/net/EventLoop.h>

namespace atelier {
namespace {

/// Drogon gives the main thread a loop before `main` begins; until it runs it wakes nobody.
trantor::EventLoop* runningLoop() {
    auto* loop = trantor::EventLoop::getEventLoopOfCurrentThread();
    return loop != nullptr && loop->isRunning() ? loop : nullptr;
}

}  // namespace

Resumer::Resumer(std::coroutine_handle<> caller) : caller_{caller}, loop_{runningLoop()} {}

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
