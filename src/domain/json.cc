#include "domain/json.h"

namespace atelier::json {

// NOLINTBEGIN(bugprone-macro-parentheses): a type cannot be enclosed
#define ATELIER_COMPILE(T)               \
    template bj::value encode(const T&); \
    template Decoded decode(const bj::value&, T&);
// NOLINTEND(bugprone-macro-parentheses)
ATELIER_STORED_TYPES(ATELIER_COMPILE)
#undef ATELIER_COMPILE

}  // namespace atelier::json
