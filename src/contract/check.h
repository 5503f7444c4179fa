#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "contract/contract.h"

namespace atelier::contract {

/// One wrong field, in the words of FastAPI and Pydantic 2.
struct Violation {
    std::string type;        ///< `less_than_equal`
    boost::json::array loc;  ///< `["body", "width"]`
    std::string msg;
    boost::json::value input;  ///< what was sent; the whole body for a missing field
    boost::json::object ctx;   ///< figures of the rule, often empty

    /// `type, loc, msg, input` and, when not empty, `ctx`.
    boost::json::object toJson() const;
};

/// Everything wrong with `fields`, the JSON body (or the query, as strings), in the
/// order of the contract, unknown fields of strict endpoints last. Lenient as
/// Pydantic is: "512" and 512.0 are integers, "yes" is true. Only the first rule
/// that a field breaks is reported; `multiple_of` comes before the range.
std::vector<Violation> check(const Endpoint& endpoint, const boost::json::object& fields);

/// `fields` as the provider understands them, for fields that `check` accepts:
/// coerced to their types, defaults filled in, unknown ones dropped.
boost::json::object coerce(const Endpoint& endpoint, const boost::json::object& fields);

}  // namespace atelier::contract
