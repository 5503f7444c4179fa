#pragma once

#include <optional>
#include <string>

#include "util/time.h"

namespace atelier {

/// Reads a date as HTTP servers must send it (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
/// Empty when `text` is anything else.
std::optional<Instant> parseHttpDate(const std::string& text);

/// How long `Retry-After: text` asks to wait, in seconds or until a date (RFC 9110 §10.2.3); at
/// most a year. Empty when it is neither.
std::optional<Millis> parseRetryAfter(const std::string& text, Instant now);

}  // namespace atelier
