#pragma once

#include <string>

#include "domain/error.h"

namespace atelier {

/// The form an address is stored and compared in: without white space around it, in lower case.
/// Errors: ValidationFailed (not an address). Source: WHATWG HTML, "valid e-mail address".
Result<std::string> normalizeEmail(std::string email);

}  // namespace atelier
