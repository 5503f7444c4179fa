#pragma once

#include <optional>
#include <string_view>

#include "util/time.h"

namespace atelier::http {

/// The `wait=N` of a Prefer header (RFC 7240 §4.3), 1–60 seconds. Anything else is a preference we
/// do not know, hence ignored.
std::optional<Seconds> parsePreferWait(std::string_view header);

}  // namespace atelier::http
