#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "util/bytes.h"

namespace atelier {

/// Lower-case hexadecimal.
std::string toHex(BytesView bytes);
std::optional<Bytes> fromHex(std::string_view text);

/// RFC 4648 §4, with padding.
std::string toBase64(BytesView bytes);
/// Accepts padded text only; white space and line breaks are skipped.
std::optional<Bytes> fromBase64(std::string_view text);

/// RFC 4648 §5 without padding: for tokens and URLs.
std::string toBase64Url(BytesView bytes);
std::optional<Bytes> fromBase64Url(std::string_view text);

/// SHA-256, 32 raw bytes.
Bytes sha256(BytesView bytes);
/// SHA-256 as 64 hexadecimal characters.
std::string sha256Hex(BytesView bytes);
/// HMAC-SHA-256, 32 raw bytes, for a key of any length.
Bytes hmacSha256(BytesView key, BytesView message);

/// Compares in time that depends on the lengths only.
bool equalInConstantTime(BytesView a, BytesView b);

/// `count` bytes from the system's generator.
Bytes randomBytes(std::size_t count);

/// Percent-encodes all but the unreserved characters of RFC 3986 §2.3.
std::string percentEncode(std::string_view text);

}  // namespace atelier
