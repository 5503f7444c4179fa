#pragma once

#include <expected>
#include <string>

#include <boost/json/value.hpp>

#include "contract/contract.h"

namespace atelier::contract {

/// Why a value is not of its type, in Pydantic's words.
struct Mismatch {
    std::string type;
    std::string msg;
    boost::json::object ctx;
};
using Coerced = std::expected<boost::json::value, Mismatch>;

/// Pydantic's lax conversion of one value (not null) to a scalar type.
/// Source: docs.pydantic.dev, "Conversion table", python input; checked with 2.13.
Coerced toInteger(const boost::json::value& in);
Coerced toNumber(const boost::json::value& in);
Coerced toBoolean(const boost::json::value& in);
Coerced toText(const boost::json::value& in);
/// As `HttpUrl`: http or https, at most 2083 characters.
Coerced toUrl(const boost::json::value& in);
/// "W:H" between 21:9 and 9:21.
Coerced toRatio(const boost::json::value& in);

/// Without white space around.
std::string_view stripped(std::string_view text);

}  // namespace atelier::contract
