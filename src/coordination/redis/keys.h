#pragma once

#include <string>
#include <string_view>

namespace atelier::coordination {

/// A key or channel of ours beside the queues: `bull:coordination:…`. Scripts with several keys
/// need them in one slot of a cluster, hence a prefix in braces there, as BullMQ does.
inline std::string key(const std::string& prefix, std::string_view what,
                       std::string_view which = {}) {
    std::string out = prefix + ":coordination:";
    out += what;
    if (!which.empty()) (out += ':') += which;
    return out;
}

}  // namespace atelier::coordination
