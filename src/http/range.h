#pragma once

#include <cstdint>
#include <string_view>

namespace atelier::http {

/// Which bytes of a representation are asked for.
struct ByteRange {
    enum class Kind {
        Whole,  ///< no range, several, or one that cannot be understood: the header is ignored
        Part,   ///< [first, first + length)
        Unsatisfiable,  ///< begins behind the end: 416
    };
    Kind kind = Kind::Whole;
    std::int64_t first = 0;
    std::int64_t length = 0;
};

/// Reads a Range header for a representation of `size` bytes. Source: RFC 9110 §14.1.2.
ByteRange parseRange(std::string_view header, std::int64_t size);

}  // namespace atelier::http
