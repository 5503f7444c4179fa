#pragma once

#include "domain/error.h"
#include "util/bytes.h"

namespace atelier::imaging {

/// The encodings that are decoded; everything else is refused by name.
enum class Encoding { Jpeg, Png, Webp, Gif };

/// What the content is, by its first bytes; names and declared types are not looked at.
/// Errors: ImageUndecodable (empty), UnsupportedMediaType (names what it is, and what is accepted).
Result<Encoding> sniff(BytesView content);

}  // namespace atelier::imaging
