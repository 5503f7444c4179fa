#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include "domain/error.h"

namespace atelier::http {

/// Reads YAML as JSON: plain scalars become null, booleans and numbers as the YAML 1.2 core schema
/// says, quoted ones stay strings. Errors: Internal (position and reason in the detail).
Result<boost::json::value> yamlToJson(std::string_view text);

}  // namespace atelier::http
