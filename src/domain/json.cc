#include "domain/json.h"

namespace atelier::json {

#define ATELIER_COMPILE(T)               \
    template bj::value encode(const T&); \
    template Decoded decode(const bj::value&, T&);
ATELIER_STORED_TYPES(ATELIER_COMPILE)
#undef ATELIER_COMPILE

}  // namespace atelier::json
