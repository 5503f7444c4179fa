#pragma once

#include <optional>
#include <string>

#include "util/time.h"

namespace atelier {

/// Reads a date as HTTP servers must send it (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
/// Empty when `text` is anything else.
std::optional<Instant> parseHttpDate(const std::string& text);

}  // namespace atelier
