#pragma once

#include <string>
#include <string_view>

namespace atelier::http {

/// A client may name its request: 1–64 of `[A-Za-z0-9._-]`.
bool isRequestId(std::string_view text);

/// The client's id if it is one and not, by mistake, a key or token of theirs; else a new one of 24
/// hexadecimal characters.
std::string requestIdFrom(std::string_view header);

}  // namespace atelier::http
