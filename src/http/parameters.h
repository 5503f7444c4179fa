#pragma once

#include <string_view>

#include "http/call.h"

namespace atelier::http {

/// Reads and checks the operation's path, query and header parameters into `call.parameters`;
/// `query` is what follows the question mark. Errors: NotFound (a path parameter that no object can
/// have), ValidationFailed (all that is wrong, unknown query parameters included).
Result<> readParameters(Call& call, std::string_view query);

}  // namespace atelier::http
