#pragma once

#include <utility>

namespace atelier {

/// Runs `fn` when the scope ends, however it ends. `fn` must not throw.
template <class Fn>
class ScopeExit {
  public:
    explicit ScopeExit(Fn fn) : fn_{std::move(fn)} {}
    ~ScopeExit() { fn_(); }
    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;

  private:
    Fn fn_;
};

}  // namespace atelier
