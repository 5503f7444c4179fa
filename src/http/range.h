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

/// Whether a Range counts beside an If-Range header (empty: none): only for the representation
/// with exactly this strong tag. Dates never match, for none are sent. Source: RFC 9110 §13.1.5.
bool rangeApplies(std::string_view if_range, std::string_view etag);

}  // namespace atelier::http
