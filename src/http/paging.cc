#include "http/paging.h"

namespace atelier::http {

PageRequest pageRequestOf(const Call& call) {
    PageRequest page;
    if (const auto* limit = call.parameter("limit"))
        page.limit = static_cast<int>(limit->as_int64());
    if (const auto cursor = call.text("cursor")) page.cursor = std::string{*cursor};
    return page;
}

}  // namespace atelier::http
