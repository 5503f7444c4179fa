#include "support/seq_ids.h"

#include <fmt/format.h>

namespace atelier::test {

Uuid SeqIds::next() {
    const auto n = ++last_;
    // Version 7 with the number as its milliseconds, and again at the end for readers of logs.
    return *Uuid::parse(fmt::format("{:08x}-{:04x}-7000-8000-{:012x}", n >> 16, n & 0xffff, n));
}

}  // namespace atelier::test
