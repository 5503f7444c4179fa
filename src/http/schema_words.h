#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "domain/error.h"

namespace atelier::http {

/// Names and indexes from the root.
using Path = std::vector<std::string>;

/// What a schema asks for, in words that follow a field's name: `must be a whole number from 1 to
/// 4`.
std::string expectation(const boost::json::value& schema);

/// One step of a JSON Pointer (RFC 6901 §3) with its leading slash.
std::string pointerStep(std::string_view name);

/// Where `value` has objects with names longer than their `propertyNames` allow.
std::vector<Path> longNames(const boost::json::value& schema, const boost::json::value& value);

/// What is wrong at `path` of `value`, which `schema` does not accept there: fields that are
/// missing, unknown or too long in name, else, for a `leaf`, the expectation. May be empty when
/// the faults lie deeper.
std::vector<FieldError> faultsAt(const boost::json::value& schema, const boost::json::value& value,
                                 const Path& path, bool leaf);

}  // namespace atelier::http
