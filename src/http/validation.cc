#include "http/validation.h"

#include <fmt/format.h>

namespace atelier::http {

Error invalid(std::vector<FieldError> fields) {
    std::string_view name = fields.front().pointer;
    if (name.starts_with('/')) name.remove_prefix(1);
    auto detail =
        name.empty() ? fields.front().message : fmt::format("{}: {}", name, fields.front().message);
    if (fields.size() > 1) detail += fmt::format(" (and {} more)", fields.size() - 1);
    return Error{ErrorCode::ValidationFailed, std::move(detail), {}, {}, std::move(fields), {}};
}

}  // namespace atelier::http
