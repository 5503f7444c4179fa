#include "util/resume.h"

#include <map>
#include <vector>

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

void resumeAll(std::span<const Resumer> resumers) {
    std::map<trantor::EventLoop*, std::vector<std::coroutine_handle<>>> callers;
    for (const auto& resumer : resumers) callers[resumer.loop_].push_back(resumer.caller_);
    const auto without_loop = callers.extract(nullptr);
    for (auto& [loop, handles] : callers) {
        loop->queueInLoop([handles = std::move(handles)] {
            for (const auto caller : handles) caller.resume();
        });
    }
    if (without_loop.empty()) return;
    for (const auto caller : without_loop.mapped()) caller.resume();
}

}  // namespace atelier
