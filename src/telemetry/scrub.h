#pragma once

#include <string>
#include <string_view>

namespace atelier::log {

/// `text` fit for a log: e-mail addresses, bearer tokens, API keys, webhook secrets and long runs
/// of base64 or hexadecimal are replaced by `[redacted]`, and the rest is cut at 500 bytes. A
/// second line of defence: callers do not log such things in the first place.
std::string scrub(std::string_view text);

/// True for field names whose values are never logged: password, token, prompt, email, …
bool isSensitiveKey(std::string_view key);

}  // namespace atelier::log
