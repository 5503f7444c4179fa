#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "domain/error.h"

namespace atelier::http {

/// What a schema asks for, in words that follow a field's name: `must be a whole number from 1 to
/// 4`.
std::string expectation(const boost::json::value& schema);

/// One step of a JSON Pointer (RFC 6901 §3) with its leading slash.
std::string pointerStep(std::string_view name);

/// What is wrong at `path` (names and indexes from the root) of `value`, which `schema` does not
/// accept there: fields that are missing or unknown, else, for a `leaf`, the expectation. May be
/// empty when the faults lie deeper.
std::vector<FieldError> faultsAt(const boost::json::value& schema, const boost::json::value& value,
                                 const std::vector<std::string>& path, bool leaf);

}  // namespace atelier::http
