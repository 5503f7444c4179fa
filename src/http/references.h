#pragma once

#include <boost/json/value.hpp>

#include "domain/error.h"

namespace atelier::http {

/// A copy of `node` in which every local `$ref` is replaced by what it points to in `root`.
/// Errors: Internal (points nowhere, or in a circle).
Result<boost::json::value> withoutReferences(const boost::json::value& root,
                                             const boost::json::value& node);

}  // namespace atelier::http
