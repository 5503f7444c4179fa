#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace atelier::http {

/// Without spaces and tabs around it.
std::string_view trimmed(std::string_view text);

std::string lowered(std::string_view text);

/// Cuts the part up to `separator` off `rest` and returns it trimmed; at the end `rest` becomes
/// empty.
std::string_view cut(std::string_view& rest, char separator);

/// A number of digits only, at most `most`; empty for anything else.
std::optional<std::int64_t> digits(std::string_view text, std::int64_t most);

/// True for well-formed UTF-8 (RFC 3629).
bool isUtf8(std::string_view text);

}  // namespace atelier::http
