#include "util/loop_thread.h"

#include <trantor/net/EventLoopThread.h>

namespace atelier {

LoopThread::LoopThread(const std::string& name)
    : thread_{std::make_unique<trantor::EventLoopThread>(name)} {}

LoopThread::~LoopThread() = default;

void LoopThread::start() {
    thread_->run();
}

void LoopThread::post(std::function<void()> work) {
    thread_->getLoop()->queueInLoop(std::move(work));
}

}  // namespace atelier
