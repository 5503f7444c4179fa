#pragma once

#include <functional>
#include <memory>
#include <string>

namespace trantor {
class EventLoopThread;
}

namespace atelier {

/// An event loop on a thread of its own, for coroutines that belong together: what they
/// share needs no lock. The destructor ends the loop; nothing posted runs after that.
class LoopThread {
  public:
    /// Linux keeps 15 characters of `name`.
    explicit LoopThread(const std::string& name);
    ~LoopThread();

    /// Begins to run what is posted. Once.
    void start();
    /// Runs `work` on the loop, in order. Thread-safe.
    void post(std::function<void()> work);

  private:
    std::unique_ptr<trantor::EventLoopThread> thread_;
};

}  // namespace atelier
