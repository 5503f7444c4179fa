#pragma once

#include <vector>

#include "domain/error.h"

namespace atelier::http {

/// ValidationFailed with its fields; the detail is the first of them in a sentence.
Error invalid(std::vector<FieldError> fields);

}  // namespace atelier::http
