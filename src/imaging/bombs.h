#pragma once

#include "domain/error.h"
#include "imaging/sniff.h"
#include "util/bytes.h"

namespace atelier::imaging {

/// Refuses small files that cost a decoder minutes although their pixels are few: a JPEG of very
/// many scans, each of which touches every coefficient (libjpeg-turbo, "Two Issues with the JPEG
/// Standard", issue 1), and a PNG of many compressed texts. Reads no pixels.
/// Errors: ImageUndecodable.
Result<> refuseBomb(BytesView content, Encoding encoding);

/// Scans of a JPEG, as far as it is one.
int jpegScans(BytesView content);

}  // namespace atelier::imaging
