#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"

namespace atelier::http {

/// One part of a form. `content` is a view into the body.
struct Part {
    std::string name;
    std::optional<std::string> filename;
    std::string_view content;
};

/// Splits a multipart/form-data body (RFC 7578). Strict, unlike Drogon's parser: the closing
/// boundary must be there and every part must have a name. At most 32 parts. Errors:
/// MalformedMultipart.
Result<std::vector<Part>> parseMultipart(std::string_view content_type, std::string_view body);

}  // namespace atelier::http
