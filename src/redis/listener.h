#pragma once

#include <functional>
#include <string_view>

namespace atelier::redis {

/// What happens on a channel. Called on the client's thread: must not block.
struct Listener {
    std::function<void(std::string_view message)> on_message;
    /// From here on messages come; others may have been missed before. Called after subscribing and
    /// after each reconnect.
    std::function<void()> on_begin;
};

}  // namespace atelier::redis
