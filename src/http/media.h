#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace atelier::http {

/// The media type of a Content-Type header without its parameters, in lower case.
std::string mediaType(std::string_view header);

/// True when an Accept header (RFC 9110 §12.5.1) admits one of `produced`; an empty header admits
/// all, a type of weight 0 is refused. `produced` may contain `*/*`.
bool isAcceptable(std::string_view accept, const std::vector<std::string>& produced);

/// True when an If-None-Match header (RFC 9110 §13.1.2) contains `etag` or `*`; weak tags compare
/// equal.
bool matchesEtag(std::string_view header, std::string_view etag);

}  // namespace atelier::http
