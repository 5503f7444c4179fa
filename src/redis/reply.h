#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace atelier::redis {

/// What Redis answered (RESP2). A value.
struct Reply {
    enum class Kind { Nil, Integer, Text, Array, Fault };

    Kind kind = Kind::Nil;
    std::int64_t integer = 0;  ///< of Kind::Integer
    std::string text;          ///< of Kind::Text and Kind::Fault; binary
    std::vector<Reply> items;  ///< of Kind::Array

    bool isNil() const { return kind == Kind::Nil; }
    bool isFault() const { return kind == Kind::Fault; }
    /// A number, which scripts give as integer or as text; empty for anything else.
    std::optional<std::int64_t> number() const;
};

}  // namespace atelier::redis
