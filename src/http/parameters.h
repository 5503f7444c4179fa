#pragma once

#include "http/call.h"

namespace atelier::http {

/// Reads and checks the operation's path, query and header parameters into `call.parameters`.
/// Errors: NotFound (a path parameter that no object can have), ValidationFailed (all that is wrong, unknown query
/// parameters included).
Result<> readParameters(Call& call);

}  // namespace atelier::http
