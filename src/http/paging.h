#pragma once

#include "http/call.h"
#include "ports/page.h"

namespace atelier::http {

/// The page that the `limit` and `cursor` parameters ask for.
PageRequest pageRequestOf(const Call& call);

}  // namespace atelier::http
