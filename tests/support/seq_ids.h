#pragma once

#include <atomic>

#include "util/clock.h"

namespace atelier::test {

/// Ids in a row: each sorts after the one before. Thread-safe.
class SeqIds final : public IdSource {
  public:
    Uuid next() override;

  private:
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace atelier::test
