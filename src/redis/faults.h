#pragma once

#include <string>
#include <string_view>

#include "domain/error.h"

namespace atelier::redis {

/// What an error reply of Redis means for us. NotReady for whatever another moment or an operator
/// changes (LOADING, READONLY, OOM, BUSY, CLUSTERDOWN, a wrong password, …), Internal for a command
/// that cannot be right. `where` and the reply's text go into the cause only. Source:
/// https://redis.io/docs/latest/develop/reference/protocol-spec/
Error toError(std::string_view fault, const std::string& where);

/// After this error reply another server may be the one that writes: connect anew.
bool asksForAnotherServer(std::string_view fault);

/// NotReady, with a pause that callers should keep before they try again.
Error notReady(std::string detail, std::string cause);

}  // namespace atelier::redis
